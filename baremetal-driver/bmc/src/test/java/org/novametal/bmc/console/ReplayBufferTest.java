package org.novametal.bmc.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** The seed is the repetition's number. */
class ReplayBufferTest {
    @RepeatedTest(50)
    void itHoldsTheLastBytesOfAllThatWasAdded(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int limit = random.nextInt(3) == 0 ? random.nextInt(4) : random.nextInt(5000);
        ReplayBuffer buffer = new ReplayBuffer(limit);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 60; i++) {
            byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 20 : 3000)];
            random.nextBytes(bytes);
            buffer.add(bytes);
            all.writeBytes(bytes);
            byte[] whole = all.toByteArray();
            assertThat(buffer.content())
                    .isEqualTo(Arrays.copyOfRange(whole, Math.max(0, whole.length - limit), whole.length));
        }
    }
}
