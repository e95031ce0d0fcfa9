package org.novametal.baremetal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepPlan;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.network.DhcpFiles;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.Secret;
import org.novametal.image.ImageService;

/** The names of the steps, which stores hold. A name that was in a plan once is known for ever. */
class PlansTest {
    private static final List<String> RAMDISK =
            List.of("power.off-before", "boot.network", "power.ramdisk-on", "boot.await-ramdisk");

    @Test
    void aDeploymentHasTheseSteps() {
        assertThat(new DeployPlan(factory("")).begin(OperationInput.NOTHING))
                .containsExactly(
                        "boot.check-files",
                        "boot.mark-console",
                        "network.provisioning",
                        "deploy.fetch-image",
                        "power.off-before",
                        "boot.network",
                        "power.ramdisk-on",
                        "boot.await-ramdisk",
                        "deploy.write-image",
                        "deploy.install-bootloader",
                        "deploy.sync-disk",
                        "power.off-after",
                        "network.tenant",
                        "boot.disk",
                        "power.instance-on");
    }

    @Test
    void aRebuildDoesWhatNeedsNoMachineFirst() {
        StepPlan plan = new RebuildPlan(factory(""));

        List<String> names = plan.begin(OperationInput.NOTHING);

        assertThat(names)
                .containsExactly(
                        "boot.check-files",
                        "deploy.fetch-image",
                        "power.off-before",
                        "network.provisioning",
                        "boot.network",
                        "power.ramdisk-on",
                        "boot.await-ramdisk",
                        "deploy.write-image",
                        "deploy.install-bootloader",
                        "deploy.sync-disk",
                        "power.off-after",
                        "network.tenant",
                        "boot.disk",
                        "power.instance-on");
        assertThat(names.stream().takeWhile(name -> effect(plan, name) == StepEffect.NONE))
                .containsExactly("boot.check-files", "deploy.fetch-image");
    }

    @Test
    void everyStepThatSendsCommandsToTheRamdiskGoesBackAfterAnIntrusion() throws Exception {
        AgentRecord intruded = AgentRecord.delivered(
                        new UUID(4, 7),
                        Secret.of("a token"),
                        InetAddress.ofLiteral("192.0.2.7"),
                        1,
                        Secret.of("an image"))
                .intruded(Secret.of("another"), "192.0.2.9 looked the node up");
        StepContext context = mock(StepContext.class);
        when(context.agent()).thenReturn(Optional.of(intruded));
        when(context.recall(anyString())).thenReturn(Optional.empty());
        StepPlan plan = new DeployPlan(factory(""));

        for (String name :
                List.of("boot.await-ramdisk", "deploy.write-image", "deploy.install-bootloader", "deploy.sync-disk")) {
            assertThat(plan.step(name).orElseThrow().run(context))
                    .as(name)
                    .isInstanceOfSatisfying(
                            StepResult.BackTo.class,
                            back -> assertThat(back.step()).isEqualTo("power.off-before"));
        }
    }

    @Test
    void aDeletionHasTheseSteps() {
        assertThat(new DeletePlan(factory("")).begin(OperationInput.NOTHING))
                .containsExactly("power.off", "network.tenant-reversed");
    }

    @Test
    void aCleaningErasesWhatTheOptionSaysWhenItBegins() {
        assertThat(new CleanPlan(factory("erase_devices = metadata")).begin(OperationInput.NOTHING))
                .isEqualTo(cleaning("clean.erase-metadata"));
        assertThat(new CleanPlan(factory("erase_devices = full")).begin(OperationInput.NOTHING))
                .isEqualTo(cleaning("clean.erase-devices"));
        assertThat(new CleanPlan(factory("automated_clean = false")).begin(OperationInput.NOTHING))
                .isEmpty();
    }

    @Test
    void everyStepThatAnyConfigurationOrFormerProgramBeganIsKnown() {
        for (String option : List.of("", "erase_devices = full", "automated_clean = false")) {
            StepPlan plan = new CleanPlan(factory(option));
            for (String erase : List.of("clean.erase-metadata", "clean.erase-devices", "clean.erase-disks")) {
                assertThat(cleaning(erase))
                        .as(option)
                        .allSatisfy(name ->
                                assertThat(plan.step(name)).map(Step::name).contains(name));
            }
        }
        for (StepPlan plan :
                List.of(new DeployPlan(factory("")), new RebuildPlan(factory("")), new DeletePlan(factory("")))) {
            assertThat(plan.begin(OperationInput.NOTHING))
                    .allSatisfy(
                            name -> assertThat(plan.step(name)).map(Step::name).contains(name));
            assertThat(plan.step("no.such-step")).isEmpty();
        }
    }

    private static List<String> cleaning(String erase) {
        return Stream.of(
                        List.of("boot.check-files", "network.provisioning"),
                        RAMDISK,
                        List.of(erase, "power.off-after", "network.provisioning-reversed"))
                .flatMap(List::stream)
                .toList();
    }

    private static StepEffect effect(StepPlan plan, String name) {
        return plan.step(name).orElseThrow().effect();
    }

    private static StepFactory factory(String option) {
        return new StepFactory(
                BareMetalOptions.from(NovaConf.builder()
                        .text("nova.conf", "[baremetal]\nstate_path = /s\ndhcp_dir = /d\n" + option + "\n")
                        .build()),
                _ -> {
                    throw new IllegalStateException("no BMC is asked");
                },
                new PowerReach(
                        _ -> {
                            throw new IllegalStateException("no BMC is asked");
                        },
                        PowerPacing.none()),
                mock(ImageService.class),
                Optional.empty(),
                mock(Ramdisk.class),
                new StepFactory.Served(
                        _ -> List.of(),
                        () -> URI.create("http://192.0.2.1/boot"),
                        (_, _) -> URI.create("http://192.0.2.1/image"),
                        _ -> Optional.empty()),
                mock(DhcpFiles.class),
                _ -> true);
    }
}
