package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FakeDhcpTest {
    private static final String MAC = "52:54:00:0a:0b:0c";

    @TempDir
    Path folder;

    @Test
    void aHostLineGivesAddressNameAndBootFile() throws IOException {
        write("hosts/one", "52:54:00:0A:0B:0C,set:nova-metal-1,10.0.0.7,web1\n");
        write("opts/one", "tag:nova-metal-1,option:bootfile-name,http://10.0.0.1:8080/boot/1.ipxe\n");
        FakeDhcp.Lease lease = ask().orElseThrow();
        assertThat(lease.address().getHostAddress()).isEqualTo("10.0.0.7");
        assertThat(lease.hostname()).contains("web1");
        assertThat(lease.bootFile()).contains("http://10.0.0.1:8080/boot/1.ipxe");
    }

    @Test
    void withoutAnAddressOneOfLoopbackFollowsFromTheMac() throws IOException {
        write("hosts/one", MAC + ",web1\n");
        assertThat(ask().orElseThrow().address().getHostAddress()).isEqualTo("127.11.11.12");
        assertThat(ask()).isEqualTo(new FakeDhcp(folder).ask(MAC));
    }

    @Test
    void eachLeaseIsInTheLeaseFileOnceAsDnsmasqWritesIt() throws IOException {
        FakeDhcp dhcp = new FakeDhcp(folder, InstantSource.fixed(Instant.ofEpochSecond(1_000)));
        write("hosts/one", MAC + ",web1\n52:54:00:0a:0b:0d,10.0.0.7\n");
        dhcp.ask(MAC);
        dhcp.ask("52:54:00:0a:0b:0d");
        dhcp.ask(MAC);

        assertThat(Files.readAllLines(dhcp.leaseFile()))
                .containsExactly(
                        "4600 52:54:00:0a:0b:0d 10.0.0.7 * 01:52:54:00:0a:0b:0d",
                        "4600 " + MAC + " 127.11.11.12 web1 01:" + MAC);
    }

    @Test
    void aMachineWithoutAHostLineIsNotAnswered() throws IOException {
        write("hosts/one", "52:54:00:0a:0b:0d,web1\n");
        assertThat(ask()).isEmpty();
    }

    @Test
    void aMachineToIgnoreIsNotAnswered() throws IOException {
        write("hosts/one", MAC + ",ignore\n");
        assertThat(ask()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ignore", "infinite", "3600", "12h", "web1"})
    void aHostNameThatEndsInADotIsANameWhateverItsText(String name) throws IOException {
        write("hosts/one", MAC + ",10.0.0.7," + name + ".\n");
        FakeDhcp.Lease lease = ask().orElseThrow();
        assertThat(lease.hostname()).contains(name);
        assertThat(lease.address().getHostAddress()).isEqualTo("10.0.0.7");
    }

    @Test
    void withoutAFolderNobodyIsAnswered() {
        assertThat(new FakeDhcp(folder.resolve("none")).ask(MAC)).isEmpty();
    }

    @Test
    void aChangeIsSeenAtTheNextQuestion() throws IOException {
        FakeDhcp dhcp = new FakeDhcp(folder);
        write("hosts/one", MAC + ",set:t,web1\n");
        write("opts/one", "tag:t,67,http://a/\n");
        assertThat(dhcp.ask(MAC).orElseThrow().bootFile()).contains("http://a/");
        Files.delete(folder.resolve("opts/one"));
        assertThat(dhcp.ask(MAC).orElseThrow().bootFile()).isEmpty();
        write("hosts/one", MAC + ",set:t,web2\n");
        assertThat(dhcp.ask(MAC).orElseThrow().hostname()).contains("web2");
        Files.delete(folder.resolve("hosts/one"));
        assertThat(dhcp.ask(MAC)).isEmpty();
    }

    @Test
    void filesThatDnsmasqPassesOverAreNotRead() throws IOException {
        write("hosts/.one", MAC + ",draft\n");
        write("hosts/one~", MAC + ",backup\n");
        write("hosts/#one#", MAC + ",autosave\n");
        assertThat(ask()).isEmpty();
    }

    @Test
    void commentsLeaseTimesAndFurtherMacsAreUnderstood() throws IOException {
        write("hosts/one", "# a comment\n\n52:54:00:00:00:01," + MAC + ",set:a,set:b,[fd00::7],web1,12h\n");
        write("opts/one", "#tag:a,67,http://comment/\n tag:a , tag:b , option:bootfile-name , http://both/\n");
        FakeDhcp.Lease lease = ask().orElseThrow();
        assertThat(lease.hostname()).contains("web1");
        assertThat(lease.bootFile()).contains("http://both/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tag:t,67,http://t/ | http://t/",
                "tag:other,67,http://other/ |",
                "tag:t,tag:other,67,http://both/ |",
                "tag:t,tag:ipxe,67,http://ipxe/ | http://ipxe/",
                "tag:!ipxe,67,undionly.kpxe |",
                "tag:known,67,http://known/ | http://known/",
                "67,http://all/ | http://all/",
                "tag:t,66,10.0.0.1 |",
                "tag:t,option:bootfile-name,http://c/a,b | http://c/a,b",
            })
    void anOptionHoldsWhenAllOfItsTagsDo(String line, String bootFile) throws IOException {
        write("hosts/one", MAC + ",set:t,web1\n");
        write("opts/one", line + "\n");
        assertThat(ask().orElseThrow().bootFile()).isEqualTo(Optional.ofNullable(bootFile));
    }

    @Test
    void anOptionWithTagsGoesBeforeOneWithout() throws IOException {
        write("hosts/one", MAC + ",set:t,web1\n");
        write("opts/one", "tag:t,67,http://tagged/\n67,http://all/\n");
        assertThat(ask().orElseThrow().bootFile()).contains("http://tagged/");
    }

    @Test
    void whatIsNoMacIsRefused() {
        assertThatThrownBy(() -> new FakeDhcp(folder).ask("web1")).isInstanceOf(IllegalArgumentException.class);
    }

    private Optional<FakeDhcp.Lease> ask() {
        return new FakeDhcp(folder).ask(MAC);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(folder.resolve(file.substring(0, file.indexOf('/'))));
        Files.writeString(path, text);
    }
}
