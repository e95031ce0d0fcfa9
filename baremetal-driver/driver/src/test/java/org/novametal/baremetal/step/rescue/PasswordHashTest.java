package org.novametal.baremetal.step.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.driver.model.Secret;

class PasswordHashTest {
    /** The hashes are what crypt(3) of glibc 2.36 makes; password and salt of the first are U. Drepper's. */
    @ParameterizedTest
    @CsvSource({
        "Hello world!, saltstring, $6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        "rescue-me, abcdefghijklmnop, $6$abcdefghijklmnop$BOPvIb2AIw.JU29Yn8EroLz8V/PcLU3oRphpyUgkwNWWuwYuFWhG1f/eRjo7Ddr34E0iV5r7gOpg6YcN7PBRE1",
        "pässwörd with blanks, x1, $6$x1$k4/ZIajfr.e87JVnCTxG2P0JTLete3j5Vs9SL.3mEty9rsfdjrG7zDrCPoEobOxToGq1k9aK096f6pePBG3YO.",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, ./salt.16.chars0, $6$./salt.16.chars0$6J4MAdaLwr9UHyMIKbsvXv1gcs2am61yeDhssVtxWaVVA7db2.j/lA9MiVT2O0ZPN4QVSZ3I56ryVXH8odii90",
        "'', empty, $6$empty$MWslJBrCvUsbDfvDkNQwBNtJFEGiZ5CHosSR8Ol/yMiSd9JINPGkSH4OfOOVEIp87YcT49Wr.Qp4a8bJCR6y2/"
    })
    void theHashIsThatOfCrypt(String password, String salt, String hash) {
        assertThat(PasswordHash.hash(password, salt)).isEqualTo(hash);
    }

    @Test
    void eachHashHasItsOwnSaltOfSixteenCharacters() {
        Random random = new Random(20261130);
        String one = PasswordHash.of(Secret.of("rescue-me"), random);
        String other = PasswordHash.of(Secret.of("rescue-me"), random);

        assertThat(one).matches("\\$6\\$[./0-9A-Za-z]{16}\\$[./0-9A-Za-z]{86}").isNotEqualTo(other);
        assertThat(PasswordHash.hash("rescue-me", one.substring(3, 19))).isEqualTo(one);
    }
}
