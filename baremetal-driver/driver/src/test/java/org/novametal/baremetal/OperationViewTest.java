package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;

class OperationViewTest {
    @Test
    void knownKindsHaveTheirNames() {
        assertThat(view(OperationKind.DEPLOY, "")).returns(Kind.SPAWN, InstanceOperation::kind);
        assertThat(view(OperationKind.REBUILD, "")).returns(Kind.REBUILD, InstanceOperation::kind);
        assertThat(view(OperationKind.DELETE, "")).returns(Kind.DESTROY, InstanceOperation::kind);
        assertThat(view(OperationKind.DEPLOY, "the ramdisk")).returns("the ramdisk", InstanceOperation::text);
    }

    @Test
    void anotherKindIsShownAsWhatItIs() {
        assertThat(view(new OperationKind("inspect"), ""))
                .returns(Kind.OTHER, InstanceOperation::kind)
                .returns("the operation 'inspect'", InstanceOperation::text);
        assertThat(view(new OperationKind("inspect"), "the ramdisk"))
                .returns("the operation 'inspect' waits for the ramdisk", InstanceOperation::text);
    }

    private static InstanceOperation view(OperationKind kind, String waitsFor) {
        Provisioner provisioner = mock(Provisioner.class);
        when(provisioner.waitsFor(any())).thenReturn(waitsFor);
        OperationRecord operation = OperationRecord.begin(
                UUID.randomUUID(),
                kind,
                Optional.of(new InstanceId(UUID.randomUUID())),
                OperationInput.NOTHING,
                new Plan(List.of("a")),
                Instant.EPOCH);
        return new OperationView(provisioner).itself(operation);
    }
}
