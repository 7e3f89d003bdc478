package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a changed configuration would do to what a real ZooKeeper holds. */
final class PlanCommandIT {

    private static final String BEFORE = """
            labels: [{name: debian}, {name: small}, {name: big}]
            diskimages:
              - {name: debian-12, formats: [qcow2]}
              - {name: old, formats: [qcow2]}
            providers:
              - name: north
                driver: fake
                cloud: north
                diskimages: [{name: debian-12}, {name: old}]
                pools:
                  - name: main
                    labels:
                      - {name: debian, diskimage: debian-12, min-ram: 4096}
                      - {name: small, diskimage: debian-12, min-ram: 4096}
                  - name: side
                    labels: [{name: big, diskimage: debian-12, min-ram: 4096}]
              - name: south
                driver: fake
                cloud: south
                diskimages: [{name: debian-12}]
                pools:
                  - name: main
                    labels: [{name: debian, diskimage: debian-12, min-ram: 4096}]
            """;

    @TempDir
    private Path directory;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(directory, BEFORE);
        node("0000000001", "north", "main", "ready", "small");
        node("0000000002", "north", "side", "in-use", "big");
        node("0000000003", "south", "main", "ready", "debian");
        node("0000000004", "south", "main", "used", "debian");
        installation.write(
                "/nodepool/requests/100-0000000001",
                "{\"state\": \"requested\", \"state_time\": 1, \"node_types\": [\"small\", \"debian\"]}");
        build("debian-12", "0000000001");
        upload("debian-12", "0000000001", "north");
        upload("debian-12", "0000000001", "south");
        build("old", "0000000007");
        upload("old", "0000000007", "north");
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    private void node(String id, String provider, String pool, String state, String label) {
        installation.write(
                "/nodepool/nodes/" + id,
                "{\"state\": \"%s\", \"state_time\": 1, \"provider\": \"%s\", \"pool\": \"%s\", \"type\": [\"%s\"]}"
                        .formatted(state, provider, pool, label));
    }

    private void build(String image, String build) {
        installation.write(
                "/nodepool/images/%s/builds/%s".formatted(image, build),
                "{\"state\": \"ready\", \"state_time\": 1, \"builder\": \"nb01\", \"builder_id\": \"b\", \"formats\": \"qcow2\"}");
    }

    private void upload(String image, String build, String provider) {
        installation.write(
                "/nodepool/images/%s/builds/%s/providers/%s/images/0000000001".formatted(image, build, provider),
                "{\"state\": \"ready\", \"state_time\": 2, \"external_id\": \"x\"}");
    }

    private int plan(String yaml, String... more) throws IOException {
        Path changed = Files.writeString(
                directory.resolve("changed.yaml"),
                Files.readString(directory.resolve("nodepool.yaml"))
                                .lines()
                                .findFirst()
                                .orElseThrow() + "\n" + yaml);
        String[] args = new String[more.length + 5];
        args[0] = "plan";
        args[1] = "--present";
        args[2] = directory.resolve("nodepool.yaml").toString();
        args[3] = "-c";
        args[4] = changed.toString();
        System.arraycopy(more, 0, args, 5, more.length);
        return installation.runWithoutConfig(args);
    }

    @Test
    void saysThatNothingChangesWhenOnlyTheFormDoes() throws IOException {
        assertThat(plan(BEFORE.replace("formats: [qcow2]}", "formats: [\"qcow2\"]}") + "\n# a comment\n"))
                .as(installation.err())
                .isZero();
        assertThat(installation.out()).isEqualTo("Nothing changes.\n");
    }

    @Test
    void namesWhatIsLost() throws IOException {
        String changed = BEFORE.substring(0, BEFORE.indexOf("  - name: south"))
                .replace("          - {name: small, diskimage: debian-12, min-ram: 4096}\n", "")
                .replace("- name: side\n", "- name: side\n        max-servers: 0\n")
                .replace("  - {name: old, formats: [qcow2]}\n", "")
                .replace(", {name: old}", "");
        assertThat(plan(changed)).as(installation.err()).isZero();
        assertThat(installation.out()).isEqualTo("""
                Providers opened anew, launches under way end with the old settings:
                  north
                Providers removed:
                  south
                Labels that nobody serves any more:
                  big: 0 requests wait, 0 nodes are ready
                  small: 1 requests wait, 1 nodes are ready
                Nodes whose provider or pool is gone or switched off, deleted after use:
                  north/side: 1 in-use (the pool is switched off)
                  south: 1 ready, 1 used (the provider is gone)
                Uploads that are deleted, in the cloud too:
                  old-0000000007, upload 0000000001 to north
                Builds that are deleted with their files:
                  old-0000000007
                Uploads to removed providers, which stay and which nobody deletes:
                  debian-12-0000000001, upload 0000000001 to south
                """);
    }

    @Test
    void doesNotMissLabelsThatOtherLaunchersServe() throws IOException {
        installation.write(
                "/nodepool/components/pool/x0000000000",
                "{\"id\": \"x\", \"provider_name\": \"elsewhere\", \"name\": \"main\", \"supported_labels\": [\"small\"]}");
        assertThat(plan(
                        BEFORE.replace("          - {name: small, diskimage: debian-12, min-ram: 4096}\n", ""),
                        "--format=json"))
                .as(installation.err())
                .isZero();
        assertThat(installation.out())
                .isEqualTo(
                        "{\"added\": [], \"replaced\": [\"north\"], \"removed\": [], \"need_restart\": [], \"labels\": [],"
                                + " \"hosts\": [], \"nodes\": [], \"uploads\": [], \"builds\": [], \"orphans\": []}\n");
    }

    @Test
    void namesTheProblemsOfTheChangedFile() throws IOException {
        assertThat(plan("labels: 5\n")).isEqualTo(1);
        assertThat(installation.err()).startsWith(directory.resolve("changed.yaml") + ":2:");
    }

    @Test
    void staticHostsAreLookedAtOneByOne() throws IOException {
        String hosts = """
                labels: [{name: bench}]
                providers:
                  - name: rack
                    driver: static
                    pools:
                      - name: main
                        nodes:
                          - {name: one, labels: bench, username: ci, host-key-checking: false}
                          - {name: two, labels: bench, username: ci, max-parallel-jobs: 2, host-key-checking: false}
                          - {name: three, labels: bench, username: ci, host-key-checking: false}
                          - {name: four, labels: bench, username: ci, host-key-checking: false}
                """;
        for (String[] node : new String[][] {
            {"0000000011", "one", "ready"}, {"0000000012", "two", "ready"}, {"0000000013", "two", "in-use"}
        }) {
            installation.write(
                    "/nodepool/nodes/" + node[0],
                    "{\"state\": \"%s\", \"state_time\": 1, \"provider\": \"rack\", \"pool\": \"main\", \"type\": [\"bench\"], \"hostname\": \"%s\", \"username\": \"ci\", \"connection_port\": 22}"
                            .formatted(node[2], node[1]));
        }
        Path before = inForce(hosts);
        Path after = inForce(hosts.replaceAll(".*name: one.*\\n", "")
                .replace("max-parallel-jobs: 2", "max-parallel-jobs: 1")
                .replace("{name: three, labels: bench, username: ci", "{name: three, labels: bench, username: root")
                .replace("four", "five"));
        assertThat(installation.runWithoutConfig("-c", after.toString(), "plan", "--present", before.toString()))
                .as(installation.err())
                .isZero();
        assertThat(installation.out()).isEqualTo("""
                Providers opened anew, launches under way end with the old settings:
                  rack
                Hosts:
                  rack: ci@one:22 goes (1 ready)
                  rack: ci@two:22 slots: 2, then 1 (1 in-use, 1 ready)
                  rack: ci@three:22, then root@three:22 slots: 1, then 1
                  rack: ci@four:22 goes
                  rack: ci@five:22 comes, slots: 1
                """);
        installation.runWithoutConfig("-c", after.toString(), "plan", "--present", before.toString(), "--format=json");
        assertThat(installation.out())
                .contains("{\"provider\": \"rack\", \"host\": \"ci@two:22\", \"slots\": 2, \"later\": 1, \"states\":"
                        + " {\"in-use\": 1, \"ready\": 1}}");
    }

    private Path inForce(String yaml) throws IOException {
        String servers = Files.readAllLines(installation.config()).get(0);
        return Files.writeString(Files.createTempFile(directory, "plan", ".yaml"), servers + "\n" + yaml);
    }
}
