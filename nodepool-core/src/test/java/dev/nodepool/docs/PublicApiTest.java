package dev.nodepool.docs;

import dev.nodepool.NodePool;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.testing.GeneratedPage;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What others may call is written down, so that a change of it is seen in the change itself. Before the first release there is
 * nothing older to be compatible with; from then on the page of the release is what a binary check compares with.
 */
class PublicApiTest {

    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    @Test
    void pageHasEveryPublicSignature() {
        GeneratedPage.compare(
                "docs/public-api.md",
                """
                # Public API

                Every signature that others may call: the SPI first, then the library. What is not here promises nothing. A commit
                that removes or changes a line breaks somebody's code; the [changelog](../CHANGELOG.md) tells about it.

                """
                        + Stream.of(ProviderDriver.class, NodePool.class)
                                .map(PublicApiTest::ofTheJarOf)
                                .collect(Collectors.joining("\n")),
                PublicApiTest.class);
    }

    private static String ofTheJarOf(Class<?> one) {
        var packages = new TreeMap<String, StringBuilder>();
        classes(one).stream()
                .filter(PublicApiTest::promised)
                .<Class<?>>map(name -> load(name, one.getClassLoader()))
                .filter(PublicApiTest::isVisible)
                .forEach(type -> packages.computeIfAbsent(type.getPackageName(), name -> new StringBuilder())
                        .append(type(type)));
        return packages.entrySet().stream()
                .map(entry -> "## " + entry.getKey() + "\n\n```\n" + entry.getValue() + "```\n")
                .collect(Collectors.joining("\n"));
    }

    /** Names of all classes in the jar or directory that one of them comes from. */
    private static SortedSet<String> classes(Class<?> one) {
        try {
            var place = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                try (var files = Files.walk(place)) {
                    return names(files.map(file -> place.relativize(file).toString()));
                }
            }
            try (var jar = new JarFile(place.toFile())) {
                return names(jar.stream().map(JarEntry::getName));
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SortedSet<String> names(Stream<String> files) {
        return files.filter(file -> file.endsWith(".class"))
                .map(file ->
                        file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Class<?> load(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean promised(String name) {
        return !name.startsWith("dev.nodepool.internal.")
                && !name.startsWith("dev.nodepool.drivers.")
                && !name.endsWith("-info");
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static String type(Class<?> type) {
        var above = type.getGenericSuperclass() == null || type.isEnum() || type.isRecord()
                ? ""
                : " extends " + type.getGenericSuperclass().getTypeName();
        var beside = Arrays.stream(type.getGenericInterfaces())
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        var members = Stream.<Member>concat(
                        Stream.concat(
                                Arrays.stream(type.getDeclaredConstructors()),
                                Arrays.stream(type.getDeclaredMethods())),
                        Arrays.stream(type.getDeclaredFields()))
                .filter(member ->
                        Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers()))
                .filter(member -> !member.isSynthetic())
                .filter(member -> !OF_EVERY_OBJECT.contains(member.getName()))
                .map(member -> signature(member).replace(type.getName() + ".", ""))
                .sorted()
                .map(line -> "    " + line + "\n")
                .collect(Collectors.joining());
        // Java 17 has no such word for interfaces, later ones have.
        return type.toGenericString().replace(" sealed ", " ")
                + above.replace(" extends java.lang.Object", "")
                + (beside.isEmpty() ? "" : (type.isInterface() ? " extends " : " implements ") + beside)
                + "\n" + members;
    }

    private static String signature(Member member) {
        return member instanceof Executable executable
                ? executable.toGenericString()
                : ((Field) member).toGenericString();
    }
}
