package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.fake.IpxeScript.Ending;

class IpxeScriptTest {
    private static final URI FROM = URI.create("http://127.0.0.1:8080/boot/1.ipxe");
    private static final String NODE = "http://127.0.0.1:8080/boot/52-54-00-00-00-01";

    private final Machine machine = new Machine();

    @Test
    void kernelInitrdAndBootStartAKernel() throws Exception {
        assertThat(run("""
                        #!ipxe
                        # a comment
                        imgfree
                        kernel http://10.0.0.1/kernel ipa-api-url=http://10.0.0.1:6385 BOOTIF=${mac} initrd=deploy
                        initrd --name deploy http://10.0.0.1/ramdisk
                        boot
                        """))
                .isEqualTo(new Ending.Boot(
                        URI.create("http://10.0.0.1/kernel"),
                        List.of("ipa-api-url=http://10.0.0.1:6385", "BOOTIF=52:54:00:00:00:01", "initrd=deploy"),
                        List.of(URI.create("http://10.0.0.1/ramdisk"))));
        assertThat(machine.fetched).containsExactly("http://10.0.0.1/kernel", "http://10.0.0.1/ramdisk");
    }

    @Test
    void relativeAddressesStartAtTheScript() throws Exception {
        assertThat(run("#!ipxe\nkernel /kernel a ${unknown} b\ninitrd ramdisk\nboot\n"))
                .isEqualTo(new Ending.Boot(
                        URI.create("http://127.0.0.1:8080/kernel"),
                        List.of("a", "b"),
                        List.of(URI.create("http://127.0.0.1:8080/boot/ramdisk"))));
    }

    @Test
    void chainRunsTheNextScript() throws Exception {
        machine.scripts.put(NODE, "#!ipxe\nkernel /kernel\nboot\n");
        assertThat(run("#!ipxe\nchain --autofree ${mac:hexhyp}\n")).isInstanceOf(Ending.Boot.class);
    }

    @Test
    void aScriptThatWasChainedToReturnsWhenItEndsWithoutABoot() throws Exception {
        machine.scripts.put(NODE, "#!ipxe\nexit\n");
        assertThat(run("#!ipxe\nchain ${mac:hexhyp}\nkernel /kernel\nboot\n")).isInstanceOf(Ending.Boot.class);

        machine.scripts.put(NODE, "#!ipxe\nnonsense\n");
        assertThat(run("#!ipxe\nchain ${mac:hexhyp}\nkernel /kernel\nboot\n"))
                .isEqualTo(new Ending.Broken("nonsense: command not found"));
    }

    @Test
    void whatFailsIsRepeatedAfterAPauseAsOftenAsTheScriptSays() throws Exception {
        machine.missing.add("http://127.0.0.1:8080/kernel");
        assertThat(run("""
                        #!ipxe
                        set attempt:int32 0
                        :fetch
                        kernel /kernel || goto retry
                        boot
                        :retry
                        inc attempt
                        iseq ${attempt} 3 && goto stop ||
                        echo attempt ${attempt}
                        sleep 5
                        goto fetch
                        :stop
                        echo no kernel
                        """)).isEqualTo(new Ending.Exit());
        assertThat(machine.printed).containsExactly("attempt 1", "attempt 2", "no kernel");
        assertThat(machine.slept).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aKernelThatCannotBeFetchedEndsTheScript() throws Exception {
        machine.missing.add("http://127.0.0.1:8080/kernel");
        assertThat(run("#!ipxe\nkernel /kernel\nboot\n"))
                .isEqualTo(new Ending.Broken("http://127.0.0.1:8080/kernel could not be fetched"));
    }

    @Test
    void anUnknownLabelAndAnEndlessLoopAreBroken() throws Exception {
        assertThat(run("#!ipxe\ngoto nowhere\n")).isEqualTo(new Ending.Broken("goto nowhere: no such label"));
        assertThat(run("#!ipxe\n:a\ngoto a\n")).isEqualTo(new Ending.Broken("it runs for ever"));
    }

    @Test
    void exitAndTheEndOfTheScriptGoOnWithTheNextDevice() throws Exception {
        assertThat(run("#!ipxe\necho nothing here\nexit\nboot\n")).isEqualTo(new Ending.Exit());
        assertThat(run("#!ipxe\nkernel /kernel\n")).isEqualTo(new Ending.Exit());
    }

    @Test
    void whatIsNoScriptIsBroken() throws Exception {
        for (String script : List.of("", "kernel /kernel\nboot\n", "<html>#!ipxe</html>", " #!ipxe\nexit\n")) {
            assertThat(run(script)).as(script).isEqualTo(new Ending.Broken("it does not begin with #!ipxe"));
        }
    }

    @Test
    void bootWithoutAKernelAndUnknownCommandsAreBroken() throws Exception {
        assertThat(run("#!ipxe\ninitrd /ramdisk\nboot\n")).isEqualTo(new Ending.Broken("boot without a kernel"));
        assertThat(run("#!ipxe\nkernle /kernel\nboot\n")).isEqualTo(new Ending.Broken("kernle: command not found"));
    }

    private Ending run(String script) throws InterruptedException {
        return IpxeScript.run(
                script, FROM, Map.of("mac", "52:54:00:00:00:01", "mac:hexhyp", "52-54-00-00-00-01"), machine);
    }

    private static final class Machine implements IpxeScript.Firmware {
        private final Map<String, String> scripts = new HashMap<>();
        private final Set<String> missing = new HashSet<>();
        private final List<String> fetched = new ArrayList<>();
        private final List<String> printed = new ArrayList<>();
        private Duration slept = Duration.ZERO;

        @Override
        public Optional<String> script(URI from) {
            return Optional.ofNullable(scripts.get(from.toString()));
        }

        @Override
        public boolean file(URI from) {
            fetched.add(from.toString());
            return !missing.contains(from.toString());
        }

        @Override
        public void print(String line) {
            printed.add(line);
        }

        @Override
        public void sleep(Duration duration) {
            slept = slept.plus(duration);
        }
    }
}
