package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.operation.NodeVerb;

class VerbInputTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://images.example/debian-12.qcow2",
                "file:///srv/images/debian-12.qcow2",
                "glance://161ad13f-3e58-45be-9567-08ccec9da7b3"
            })
    void anImageMayBeAtEverySourceThatRequestsMayName(String url) {
        assertThatCode(() -> VerbInput.check(NodeVerb.DEPLOY, Map.of(NodeVerb.IMAGE, url), Set.of()))
                .doesNotThrowAnyException();
    }
}
