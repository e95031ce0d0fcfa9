package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.util.concurrent.Uninterruptibles;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** Writes that wait for the one writing thread, and are committed together. */
class GroupedWritesTest {
    @TempDir
    Path folder;

    private final CountDownLatch firstRuns = new CountDownLatch(1);
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);
    private final List<Thread> callers = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private SqlAccess database;

    @BeforeEach
    void open() {
        database = open(Duration.ofSeconds(30));
        database.write("opened", session -> {
            session.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)");
            session.execute("CREATE TABLE numbers (number INTEGER NOT NULL UNIQUE, parent INTEGER"
                    + " REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)");
            return session;
        });
    }

    private SqlAccess open(Duration limit) {
        return new SqlAccess(dialect(), StoreOptions.DEFAULTS.withTimeout(limit), clock::get);
    }

    /** Another access to the database of the test. */
    Dialect dialect() {
        return SqliteDialect.of(folder.resolve("numbers.db"));
    }

    /** A limit that passes while a write is held, and in which a connection is made. */
    Duration shortLimit() {
        return Duration.ofMillis(50);
    }

    @AfterEach
    void close() throws Exception {
        firstMayEnd.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        database.close();
    }

    @Test
    void writesThatWaitTogetherAreOneTransaction() throws Exception {
        long before = database.writes();
        Future<Integer> first = holdWriter();
        List<Future<Integer>> waiting =
                IntStream.range(1, 51).mapToObj(this::insertLater).toList();

        firstMayEnd.countDown();

        assertThat(first.get()).isZero();
        for (int i = 0; i < waiting.size(); i++) {
            assertThat(waiting.get(i).get()).isEqualTo(i + 1);
        }
        assertThat(numbers()).hasSize(51);
        assertThat(database.writes() - before).as("transactions").isOne();
    }

    @Test
    void aWriteDoesNotJoinATransactionThatIsOld() throws Exception {
        long before = database.writes();
        Future<Integer> first = holdWriter();
        Future<Integer> slow = later(() -> database.write("changed", session -> {
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
            return insert(session, 1);
        }));
        Future<Integer> last = insertLater(2);

        firstMayEnd.countDown();

        assertThat(List.of(first.get(), slow.get(), last.get())).containsExactly(0, 1, 2);
        assertThat(database.writes() - before).as("transactions").isEqualTo(2);
    }

    @Test
    void aWriteThatIsRefusedUndoesOnlyItsOwnChanges() throws Exception {
        Future<Integer> first = holdWriter();
        Future<Integer> second = insertLater(1);
        Future<Integer> refused = later(() -> database.write("changed", session -> {
            insert(session, 2);
            throw new DriverException(ErrorCode.RESOURCES_UNAVAILABLE, "the node is taken");
        }));
        Future<Integer> last = insertLater(3);

        firstMayEnd.countDown();

        assertThat(List.of(first.get(), second.get(), last.get())).containsExactly(0, 1, 3);
        assertThatThrownBy(refused::get)
                .hasCauseInstanceOf(DriverException.class)
                .hasMessageContaining("is taken");
        assertThat(numbers()).containsExactly(0, 1, 3);
    }

    @Test
    void aStatementThatFailsUndoesOnlyTheChangesOfItsWrite() throws Exception {
        Future<Integer> first = holdWriter();
        Future<Integer> failed = later(() -> database.write("changed", session -> {
            insert(session, 1);
            return insert(session, 0);
        }));
        Future<Integer> last = insertLater(3);

        firstMayEnd.countDown();

        assertThat(List.of(first.get(), last.get())).containsExactly(0, 3);
        assertThat(failureOf(failed).code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
        assertThat(numbers()).containsExactly(0, 3);
        assertThat(insertLater(1).get()).as("the store goes on").isEqualTo(1);
    }

    @Test
    void anErrorOfOneWriteLeavesTheOthers() throws Exception {
        Future<Integer> first = holdWriter();
        Future<Integer> failed = later(() -> database.write("changed", session -> {
            insert(session, 1);
            throw new AssertionError("a defect");
        }));
        Future<Integer> last = insertLater(3);

        firstMayEnd.countDown();

        assertThat(List.of(first.get(), last.get())).containsExactly(0, 3);
        assertThatThrownBy(failed::get).hasRootCauseMessage("a defect");
        assertThat(numbers()).containsExactly(0, 3);
    }

    @Test
    void aCommitThatFailsIsReportedToEveryWriteOfTheTransactionAndNothingIsWritten() throws Exception {
        Future<Integer> first = holdWriter();
        Future<Integer> second = insertLater(1);
        Future<Integer> refused = later(() -> database.write("changed", session -> {
            throw new DriverException(ErrorCode.RESOURCES_UNAVAILABLE, "the node is taken by number 1");
        }));
        Future<Integer> orphan = later(() -> database.write(
                "changed", session -> session.update("INSERT INTO numbers (number, parent) VALUES (2, 77)")));

        firstMayEnd.countDown();

        for (Future<Integer> failed : List.of(first, second, refused, orphan)) {
            assertThat(failureOf(failed).code())
                    .as("also of a refusal, which may rest on a change that was lost")
                    .isEqualTo(ErrorCode.DRIVER_NOT_READY);
        }
        assertThat(numbers()).isEmpty();
        assertThat(insertLater(1).get()).as("the store goes on").isEqualTo(1);
    }

    @Test
    void aWriteWhoseCallerStoppedWaitingIsNotPartOfTheTransaction() throws Exception {
        try (SqlAccess hasty = open(shortLimit())) {
            CountDownLatch abandoned = new CountDownLatch(1);
            FutureTask<Throwable> first = new FutureTask<>(() -> catchThrowable(() -> hasty.write("held", session -> {
                firstRuns.countDown();
                Uninterruptibles.awaitUninterruptibly(abandoned);
                return insert(session, 0);
            })));
            start(first);
            firstRuns.await();

            assertThatThrownBy(() -> hasty.write("changed", session -> insert(session, 1)))
                    .hasMessageContaining("nothing was written");
            assertThat(first.get()).hasMessageContaining("nothing was written");
            abandoned.countDown();
        }
        assertThat(numbers()).isEmpty();
    }

    private List<Integer> numbers() {
        return database.read(
                "read", session -> session.list("SELECT number FROM numbers ORDER BY number", row -> row.getInt(1)));
    }

    private static int insert(SqlSession session, int number) throws SQLException {
        session.update("INSERT INTO numbers (number) VALUES (?)", number);
        return number;
    }

    /** Begins a write of the number 0 that holds the writing thread. */
    private Future<Integer> holdWriter() throws InterruptedException {
        Future<Integer> first = begin(() -> database.write("held", session -> {
            firstRuns.countDown();
            Uninterruptibles.awaitUninterruptibly(firstMayEnd);
            return insert(session, 0);
        }));
        firstRuns.await();
        return first;
    }

    private Future<Integer> insertLater(int number) {
        return later(() -> database.write("changed", session -> insert(session, number)));
    }

    /** Makes a call on another thread; returns when that call waits for the database, or has ended. */
    private Future<Integer> later(Callable<Integer> call) {
        Future<Integer> result = begin(call);
        Thread caller = callers.getLast();
        while (!result.isDone()
                && caller.getState() != Thread.State.TIMED_WAITING
                && caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return result;
    }

    private Future<Integer> begin(Callable<Integer> call) {
        FutureTask<Integer> task = new FutureTask<>(call);
        start(task);
        return task;
    }

    private void start(FutureTask<?> task) {
        callers.add(Thread.ofVirtual().start(task));
    }

    private static DriverException failureOf(Future<?> future) throws InterruptedException {
        try {
            throw new AssertionError("no failure, but " + future.get());
        } catch (ExecutionException e) {
            return (DriverException) Objects.requireNonNull(e.getCause());
        }
    }
}
