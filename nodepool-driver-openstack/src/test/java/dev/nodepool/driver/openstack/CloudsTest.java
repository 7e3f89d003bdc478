package dev.nodepool.driver.openstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.driver.openstack.clouds.Account.Method;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.clouds.KnownNetwork;
import dev.nodepool.driver.openstack.clouds.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudsTest {

    @TempDir
    Path home;

    private Path config;
    private final Map<String, String> environment = new TreeMap<>();

    @BeforeEach
    void prepare() throws IOException {
        config = Files.createDirectories(home.resolve(".config/openstack"));
        environment.put("HOME", home.toString());
        provider("c", "");
    }

    private Path provider(String cloud, String more) throws IOException {
        return Files.writeString(
                home.resolve("nodepool.yaml"),
                "labels: []\nproviders:\n  - name: p\n    cloud: " + cloud + "\n" + more);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(config.resolve(name), text);
    }

    private LoadedConfig load() {
        return new ConfigLoader(List.of(new OpenStackDriver()), environment)
                .load(home.resolve("nodepool.yaml"), Optional.empty(), Strictness.LENIENT);
    }

    private CloudEntry cloud() {
        return ((OpenStackSettings) load().config().provider("p").orElseThrow().settings())
                .entry()
                .orElseThrow();
    }

    private List<String> errors() {
        try {
            return List.of("loaded: " + load());
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    private static String password(String more) {
        return """
                clouds:
                  c:
                    auth: {auth_url: 'https://k/v3/', username: u, password: p, project_name: x}
                """ + more;
    }

    @Test
    void readsAPasswordAccountWithTheUsualDomain() throws IOException {
        write("clouds.yaml", password("    region_name: r1\n"));

        var cloud = cloud();

        assertThat(cloud.account().method()).isEqualTo(Method.PASSWORD);
        assertThat(cloud.account().url()).isEqualTo("https://k/v3");
        assertThat(cloud.account().fields())
                .containsEntry("username", "u")
                .containsEntry("password", "p")
                .containsEntry("project_name", "x")
                .containsEntry("user_domain_id", "default")
                .containsEntry("project_domain_id", "default");
        assertThat(cloud.region()).contains("r1");
        assertThat(cloud.visibility()).isEqualTo("public");
        assertThat(cloud.imageFormat()).isEqualTo("qcow2");
        assertThat(cloud.floatingIps()).isTrue();
        assertThat(cloud.tls()).isEqualTo(Tls.DEFAULT);
    }

    @Test
    void looksInAllPlacesAndTakesTheFirst() throws IOException {
        var xdg = Files.createDirectories(home.resolve("xdg/openstack"));
        environment.put("XDG_CONFIG_DIRS", home.resolve("xdg").toString());
        Files.writeString(xdg.resolve("clouds.yml"), password("    region_name: site\n"));
        assertThat(cloud().region()).contains("site");

        write("clouds.json", """
                {"clouds": {"c": {"region_name": "json",
                "auth": {"auth_url": "http://k", "username": "u", "password": "p", "project_id": "1"}}}}""");
        assertThat(cloud().region()).contains("json");

        write("clouds.yaml", password("    region_name: own\n"));
        assertThat(cloud().region()).contains("own");

        var named = Files.writeString(home.resolve("x.yaml"), password("    region_name: named\n"));
        environment.put("OS_CLIENT_CONFIG_FILE", named.toString());
        assertThat(cloud().region()).contains("named");
    }

    @Test
    void laysTheSecureFileOverIt() throws IOException {
        write("clouds.yaml", password("").replace(", password: p", ""));
        assertThat(errors()).singleElement().asString().endsWith("clouds.yaml:3:11: clouds.c.auth.password: missing");

        write("secure.yaml", "clouds: {c: {auth: {password: from-secure}}}");
        assertThat(cloud().account().field("password")).contains("from-secure");
    }

    @Test
    void takesWhatAVendorSaysBelowWhatTheEntrySays() throws IOException {
        write("clouds.yaml", """
                clouds:
                  c: {profile: acme, image-format: RAW, auth: {username: u, password: p, project_name: x}}
                """);
        assertThat(errors())
                .anyMatch(e -> e.contains("clouds.c.profile: profile \"acme\" is in no clouds-public.yaml"));

        write("clouds-public.yaml", """
                public-clouds:
                  acme: {region_name: v, image_format: vhd, auth: {auth_url: https://acme}}
                """);
        assertThat(cloud().account().url()).isEqualTo("https://acme/v3");
        assertThat(cloud().region()).contains("v");
        assertThat(cloud().imageFormat()).isEqualTo("raw");
    }

    @Test
    void choosesTheRegionOfTheProvider() throws IOException {
        write("clouds.yaml", password("    regions: [a, {name: b, values: {interface: internal}}]\n"));
        assertThat(cloud().region()).contains("a");

        provider("c", "    region-name: b\n");
        assertThat(cloud().region()).contains("b");
        assertThat(cloud().visibility()).isEqualTo("internal");

        provider("c", "    region-name: z\n");
        assertThat(errors())
                .singleElement()
                .asString()
                .endsWith("nodepool.yaml:5:18: providers[0].region-name: "
                        + "Region z is not a valid region name for cloud c. Valid choices are: a, b");
    }

    @Test
    void readsTokensAndApplicationCredentials() throws IOException {
        write("clouds.yaml", """
                clouds:
                  c:
                    auth_type: v3applicationcredential
                    auth: {auth_url: http://k, application_credential_id: i, application_credential_secret: s}
                """);
        assertThat(cloud().account().method()).isEqualTo(Method.APPLICATION_CREDENTIAL);

        write("clouds.yaml", "clouds: {c: {auth_type: token, auth: {auth_url: http://k, token: t, project_id: 1}}}");
        assertThat(cloud().account().method()).isEqualTo(Method.TOKEN);

        write("clouds.yaml", "clouds: {c: {auth_type: v3oidcpassword, auth: {auth_url: http://k}}}");
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("clouds.yaml:1:25: clouds.c.auth_type: \"v3oidcpassword\" is not supported, use one of");
    }

    @Test
    void makesACloudOfTheEnvironment() throws IOException {
        provider("envvars", "");
        environment.putAll(Map.of(
                "OS_AUTH_URL", "http://k:5000/v3",
                "OS_USERNAME", "u",
                "OS_PASSWORD", "p",
                "OS_PROJECT_NAME", "x",
                "OS_USER_DOMAIN_NAME", "D",
                "OS_REGION_NAME", "r"));

        assertThat(cloud().account().fields())
                .containsEntry("user_domain_name", "D")
                .containsEntry("password", "p");
        assertThat(cloud().region()).contains("r");
    }

    @Test
    void readsEndpointsNetworksAndTls() throws IOException {
        Files.writeString(home.resolve("ca.pem"), "CA");
        write("clouds.yaml", password("""
                    cacert: ~/ca.pem
                    interface: internalURL
                    private: true
                    force_ipv4: true
                    floating_ip_source: None
                    compute_endpoint_override: http://nova
                    volume_service_type: my-volumes
                    networks:
                      - {name: out, routes_externally: true, nat_source: true}
                      - {name: in, routes_externally: false, default_interface: true}
                """));

        var cloud = cloud();

        assertThat(cloud.tls().authorities()).contains("CA");
        assertThat(cloud.visibility()).isEqualTo("internal");
        assertThat(cloud.privateCloud()).isTrue();
        assertThat(cloud.forceIpv4()).isTrue();
        assertThat(cloud.floatingIps()).isFalse();
        assertThat(cloud.overrides()).containsEntry("compute", "http://nova");
        assertThat(cloud.serviceTypes()).containsEntry("volume", "my-volumes");
        assertThat(cloud.networks()).extracting(KnownNetwork::name).containsExactly("out", "in");
    }

    @Test
    void tellsWhatIsWrongWithItsPlaceAndNoSecret() throws IOException {
        write("clouds.yaml", "clouds:\n  other: {}\n");
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("nodepool.yaml:4:12: providers[0].cloud: cloud \"c\"" + " was not found in ")
                .endsWith("(there are: other)");

        write("clouds.yaml", "clouds:\n\t- x");
        assertThat(errors()).anyMatch(e -> e.contains("clouds.yaml:2:1: YAML"));

        write("clouds.yaml", password("    verify: hunter2\n    cacert: /no/such/file\n"));
        assertThat(errors())
                .anyMatch(e -> e.contains("clouds.yaml:4:13: clouds.c.verify: expected true or false, got a string"))
                .anyMatch(e -> e.contains("clouds.yaml:5:13: clouds.c.cacert: the file /no/such/file can not be read"))
                .noneMatch(e -> e.contains("hunter2"));
    }

    @Test
    void aChangeOfAnyFileIsAChangeOfTheConfigurationAndOfTheProvider() throws IOException {
        var ca = Files.writeString(home.resolve("ca.pem"), "CA");
        write("clouds.yaml", password("    cacert: " + ca + "\n"));
        var before = load();
        assertThat(before.files()).contains(config.resolve("clouds.yaml"), config.resolve("secure.yaml"), ca);

        assertThat(ConfigLoader.contentHash(before.files())).isEqualTo(before.contentHash());
        assertThat(load().config()).isEqualTo(before.config());

        write("secure.yaml", "clouds: {c: {auth: {password: other}}}");
        assertThat(ConfigLoader.contentHash(before.files())).isNotEqualTo(before.contentHash());
        assertThat(load().config()).isNotEqualTo(before.config());

        write("secure.yaml", "");
        assertThat(load().config()).isEqualTo(before.config());
        Files.writeString(ca, "another");
        assertThat(ConfigLoader.contentHash(before.files())).isNotEqualTo(before.contentHash());
        assertThat(load().config()).isNotEqualTo(before.config());
    }

    @Test
    void whatIsLookedForAndNotThereIsWatchedToo() throws IOException {
        var before = load();
        assertThat(before.warnings()).singleElement().asString().contains("no clouds.yaml found");
        assertThat(before.files()).contains(config.resolve("clouds.yaml"));

        write("clouds.yaml", password(""));

        assertThat(ConfigLoader.contentHash(before.files())).isNotEqualTo(before.contentHash());
    }

    @Test
    void printsNoSecrets() throws IOException {
        write("clouds.yaml", password("").replace("password: p", "password: hunter2"));

        assertThat(load().toString()).doesNotContain("hunter2");
    }
}
