package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.lab.LabApi.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Ways to log in other than with a password, which every other test uses. */
class LoginLabIT extends LabBase {

    private static final int FEW = 2;

    @Test
    void worksWithAnApplicationCredential() throws Exception {
        var api = lab.as("lab");
        var secret = UUID.randomUUID().toString();
        var path = "/users/" + api.userId() + "/application_credentials";
        var made = api.call(
                "POST",
                Service.IDENTITY,
                path,
                Map.of("application_credential", Map.of("name", "of-" + secret, "secret", secret)));
        var id = made.at("/application_credential/id").textValue();
        worksWith("""
                auth_type: v3applicationcredential
                auth: {auth_url: '%s', application_credential_id: %s, application_credential_secret: %s}
                """.formatted(lab.proxied(Service.IDENTITY), id, secret));
        api.call("DELETE", Service.IDENTITY, path + "/" + id, null);
    }

    @Test
    void worksWithATokenOfSomebodyElse() throws Exception {
        worksWith("""
                auth_type: v3token
                auth: {auth_url: '%s', token: %s, project_name: lab, project_domain_name: Default}
                """.formatted(lab.proxied(Service.IDENTITY), lab.as("lab").token()));
    }

    private void worksWith(String login) throws Exception {
        var provider = provider("", pool("main", "", "lab")).replace("cloud: faulty", "cloud: other");
        try (var launcher = launcher(List.of("lab"), provider, clouds(login))) {
            serves(launcher, FEW, "lab");
        }
        assertThat(calls().of("identity POST /auth/tokens").ended("201").all()).hasSize(1);
        assertThat(calls().of("compute POST /servers").ended("202").all()).hasSize(FEW);
    }

    private Path clouds(String login) throws IOException {
        return Files.writeString(
                directory.resolve("clouds.yaml"), "clouds:\n  other:\n    region_name: LabFaulty\n" + login.indent(4));
    }
}
