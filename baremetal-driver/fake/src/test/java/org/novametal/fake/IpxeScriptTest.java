package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.novametal.fake.IpxeScript.Ending;

class IpxeScriptTest {
    private static final URI FROM = URI.create("http://127.0.0.1:8080/boot/1.ipxe");

    @Test
    void kernelInitrdAndBootStartAKernel() {
        assertThat(read("""
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
    }

    @Test
    void relativeAddressesStartAtTheScript() {
        assertThat(read("#!ipxe\nkernel /kernel a ${unknown} b\ninitrd ramdisk\nboot\n"))
                .isEqualTo(new Ending.Boot(
                        URI.create("http://127.0.0.1:8080/kernel"),
                        List.of("a", "b"),
                        List.of(URI.create("http://127.0.0.1:8080/boot/ramdisk"))));
    }

    @Test
    void chainLeadsToTheNextScript() {
        assertThat(read("#!ipxe\nchain --autofree ${mac:hexhyp}.ipxe\n"))
                .isEqualTo(new Ending.Chain(URI.create("http://127.0.0.1:8080/boot/52-54-00-00-00-01.ipxe")));
    }

    @Test
    void exitAndTheEndOfTheScriptGoOnWithTheNextDevice() {
        assertThat(read("#!ipxe\necho nothing here\nexit\nboot\n")).isEqualTo(new Ending.Exit());
        assertThat(read("#!ipxe\nkernel /kernel\n")).isEqualTo(new Ending.Exit());
    }

    @Test
    void whatIsNoScriptIsBroken() {
        for (String script : List.of("", "kernel /kernel\nboot\n", "<html>#!ipxe</html>", " #!ipxe\nexit\n")) {
            assertThat(read(script)).as(script).isEqualTo(new Ending.Broken("it does not begin with #!ipxe"));
        }
    }

    @Test
    void bootWithoutAKernelAndUnknownCommandsAreBroken() {
        assertThat(read("#!ipxe\ninitrd /ramdisk\nboot\n")).isEqualTo(new Ending.Broken("boot without a kernel"));
        assertThat(read("#!ipxe\nkernle /kernel\nboot\n")).isEqualTo(new Ending.Broken("kernle: command not found"));
    }

    private static Ending read(String script) {
        return IpxeScript.read(script, FROM, Map.of("mac", "52:54:00:00:00:01", "mac:hexhyp", "52-54-00-00-00-01"));
    }
}
