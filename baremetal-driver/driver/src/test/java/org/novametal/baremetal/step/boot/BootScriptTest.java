package org.novametal.baremetal.step.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.agent.AgentToken;

class BootScriptTest {
    private static final String TOKEN = "T".repeat(43);
    private static final BootScript SCRIPT = new BootScript(
            URI.create("http://10.0.0.1:8080/deploy/kernel"),
            URI.create("http://10.0.0.1:8080/deploy/ramdisk"),
            Optional.empty(),
            URI.create("http://10.0.0.1:8080/"),
            AgentToken.of(TOKEN),
            "console=ttyS0");

    @Test
    void theKernelLineHasTheTokenAndTheAgentApi() {
        assertThat(SCRIPT.text())
                .contains("kernel http://10.0.0.1:8080/deploy/kernel ipa-api-url=http://10.0.0.1:8080 ipa-agent-token="
                        + TOKEN + " BOOTIF=${netX/mac} initrd=deploy_ramdisk console=ttyS0 || goto retry\n");
        assertThat(SCRIPT.toString()).doesNotContain(TOKEN);
    }

    /** The EFI stub joins the named ramdisks without a gap, so the one of a known length comes first. */
    @Test
    void theConfigurationOfTheAgentIsAFurtherRamdiskBeforeTheDeployRamdisk() {
        String script = new BootScript(
                        SCRIPT.kernel(),
                        SCRIPT.ramdisk(),
                        Optional.of(URI.create("http://10.0.0.1:8080/deploy/configuration")),
                        URI.create("https://10.0.0.1:6385/"),
                        SCRIPT.token(),
                        "")
                .text();

        assertThat(script).contains(" ipa-api-url=https://10.0.0.1:6385 ").contains("""
                         initrd=agent_configuration initrd=deploy_ramdisk || goto retry
                        initrd --name agent_configuration http://10.0.0.1:8080/deploy/configuration || goto retry
                        initrd --name deploy_ramdisk http://10.0.0.1:8080/deploy/ramdisk || goto retry
                        """);
    }

    @Test
    void theScriptOfAllMachinesFetchesThatOfTheNodeByItsMac() {
        assertThat(forAll())
                .contains("chain --autofree http://10.0.0.1:8080/boot/${netX/mac:hexhyp} && exit ||\n")
                .doesNotContain("token");
    }

    /** A script whose last line is reached, or in which a command fails without an alternative, continues with the disk. */
    @Test
    void noFailureContinuesWithTheNextBootDevice() {
        for (String script : new String[] {SCRIPT.text(), forAll()}) {
            assertThat(script).startsWith("#!ipxe\n").endsWith("goto stop\n");
            assertThat(script.lines().filter(line -> line.matches("(kernel|initrd|boot|chain|iseq) ?.*")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("||"));
        }
        assertThat(SCRIPT.text()).doesNotContain("exit");
    }

    private static String forAll() {
        return BootScript.forAll(URI.create("http://10.0.0.1:8080/boot/"));
    }
}
