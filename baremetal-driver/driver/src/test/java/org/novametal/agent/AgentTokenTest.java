package org.novametal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgentTokenTest {
    private static final String SECRET = "Geheim_0123-456789abcdefghijklmnopqrstuvwxyz";

    @Test
    void everyFormOfATokenInATextIsBlanked() {
        for (String form : List.of(
                "Kernel command line: ipa-agent-token=%s BOOTIF=52:54:00:00:00:01",
                "POST /v1/commands/?wait=false&agent_token=%s HTTP/1.1",
                "GET /v1/commands/7?agent_token=%s&wait=true",
                "{'heartbeat_timeout': 300, 'agent_token': '%s', 'x': 1}",
                "{\"agent_token\":\"%s\",\"x\":1}",
                "\"{\\\"agent_token\\\": \\\"%s\\\"}\"",
                "agent_token: %s",
                "agent_token = %s",
                "b'agent_token': b'%s'",
                "Location: /v1/commands/%%3Fagent_token%%3D%s",
                "AGENT_TOKEN=%s",
                "URL: https://user:%s@images.example/x. Error: 404",
                "URL: http://%s@images.example/x",
                "{'Authorization': 'Basic %s'}",
                "Authorization: Bearer %s",
                "http://10.0.0.1:8080/images/5d1f6c1e-0d0a-4f1b-9d0a-3f2a8f6f1c11/%s")) {
            String text = form.formatted(SECRET);

            assertThat(AgentToken.blanked(text))
                    .as(form)
                    .contains("***")
                    .doesNotContain("0123")
                    .doesNotContain("xyz");
            assertThat(AgentToken.blanked(AgentToken.blanked(text))).doesNotContain("0123");
        }
    }

    @Test
    void aTextWithoutATokenStaysAsItIs() {
        for (String text : List.of(
                "",
                "login: ",
                "the agent_token is required",
                "/images/x/y",
                "agent token: none",
                "http://10.0.0.1:8080/x?y=a@b",
                "user@host")) {
            assertThat(AgentToken.blanked(text)).isEqualTo(text);
        }
    }
}
