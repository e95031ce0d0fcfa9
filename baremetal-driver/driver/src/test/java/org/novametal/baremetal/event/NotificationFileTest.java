package org.novametal.baremetal.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.event.Notification.Payload;
import org.novametal.baremetal.event.Notification.Priority;
import org.novametal.baremetal.store.StoreFixture;

class NotificationFileTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("notifications.json");
    }

    private static Notification notification(int number) {
        return new Notification(
                new UUID(0, number),
                "nova-metal.compute-0",
                "baremetal.node.update.end",
                Priority.INFO,
                new Payload("NodeCRUDPayload", "1.15", Map.of("number", number, "text", "a\nline")),
                StoreFixture.NOW);
    }

    private static int lineBytes() {
        return notification(1).json().length() + 1;
    }

    private static long number(String line) throws IOException {
        return JSON.readTree(line).at("/payload/ironic_object.data/number").longValue();
    }

    @Test
    void eachNotificationIsOneLineThatIsInTheFileAtOnce() throws Exception {
        try (NotificationFile file = new NotificationFile(path(), 1 << 20, 1)) {
            for (int i = 1; i <= 3; i++) {
                file.receive(notification(i));

                assertThat(Files.readAllLines(path())).hasSize(i);
                assertThat(number(Files.readAllLines(path()).getLast())).isEqualTo(i);
            }
        }
    }

    @Test
    void aFullFileIsNumberedAndTheOldestIsDeleted() throws Exception {
        try (NotificationFile file = new NotificationFile(path(), 2L * lineBytes(), 2)) {
            for (int i = 1; i <= 7; i++) {
                file.receive(notification(i));
            }
        }

        assertThat(Files.readAllLines(path())).hasSize(1);
        assertThat(number(Files.readAllLines(folder.resolve("notifications.json.1"))
                        .getFirst()))
                .isEqualTo(5);
        assertThat(number(Files.readAllLines(folder.resolve("notifications.json.2"))
                        .getFirst()))
                .isEqualTo(3);
        assertThat(folder.resolve("notifications.json.3")).doesNotExist();
    }

    @Test
    void withoutOlderFilesAFullOneIsBegunAgain() throws Exception {
        try (NotificationFile file = new NotificationFile(path(), lineBytes(), 0)) {
            file.receive(notification(1));
            file.receive(notification(2));
        }

        assertThat(Files.readAllLines(path())).hasSize(1);
        assertThat(folder.resolve("notifications.json.1")).doesNotExist();
    }

    @Test
    void aRestartContinuesTheFileAfterAPartOfALine() throws Exception {
        Files.writeString(path(), notification(1).json() + "\n{\"message_id\": \"cut");

        try (NotificationFile file = new NotificationFile(path(), 1 << 20, 1)) {
            file.receive(notification(2));
        }

        assertThat(Files.readAllLines(path())).hasSize(3);
        assertThat(number(Files.readAllLines(path()).getLast())).isEqualTo(2);
    }

    @Test
    void aFileThatAnotherProgramMovedIsBegunAgain() throws Exception {
        try (NotificationFile file = new NotificationFile(path(), 1 << 20, 1)) {
            file.receive(notification(1));
            Files.move(path(), folder.resolve("moved"));
            file.receive(notification(2));
        }

        assertThat(number(Files.readString(path()))).isEqualTo(2);
        assertThat(number(Files.readString(folder.resolve("moved")))).isEqualTo(1);
    }

    @Test
    void aSecondProcessIsRefusedUntilTheFirstHasClosedTheFile() throws Exception {
        NotificationFile first = new NotificationFile(path(), 1 << 20, 1);
        first.receive(notification(1));
        try (NotificationFile second = new NotificationFile(path(), 1 << 20, 1)) {
            assertThatThrownBy(() -> second.receive(notification(2)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");

            first.close();
            second.receive(notification(3));
        }

        assertThat(Files.readAllLines(path())).hasSize(2);
    }

    @Test
    void aFolderThatIsMissingIsAFailureUntilItIsMade() throws Exception {
        Path later = folder.resolve("later/notifications.json");
        try (NotificationFile file = new NotificationFile(later, 1 << 20, 1)) {
            assertThatThrownBy(() -> file.receive(notification(1))).isInstanceOf(IOException.class);

            Files.createDirectory(folder.resolve("later"));
            file.receive(notification(2));
        }

        assertThat(Files.readAllLines(later)).hasSize(1);
    }

    @Test
    void nothingIsMadeBesideWhatIsNotARegularFile() throws Exception {
        Path device = Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/null"));
        Path place = Files.createDirectory(folder.resolve("place"));
        for (Path path : List.of(device, place)) {
            try (NotificationFile file = new NotificationFile(path, 1 << 20, 1)) {
                assertThatThrownBy(() -> file.receive(notification(1)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("is not a regular file");
            }
        }

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(device, place);
        }
    }
}
