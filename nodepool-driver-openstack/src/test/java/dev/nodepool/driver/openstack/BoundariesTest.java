package dev.nodepool.driver.openstack;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.nodepool.driver.openstack.rest.Connector;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BoundariesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("fakecloud"))
            .importPackages("dev.nodepool.driver.openstack");

    @Test
    void theDriverKnowsTheSpiAndNothingOfTheCore() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.nodepool", "dev.nodepool.internal..", "dev.nodepool.config..", "dev.nodepool.model..")
                .check(CLASSES);
    }

    @Test
    void noTypeOfOpenstack4jIsInAPublicSignatureButTheConnectors() {
        ArchRuleDefinition.methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .areNotDeclaredIn(Connector.class)
                .should(new ArchCondition<>("have no type of openstack4j in their signature") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        var types = Stream.concat(
                                method.getRawParameterTypes().stream(), Stream.of(method.getRawReturnType()));
                        types.filter(type -> type.getPackageName().startsWith("org.openstack4j"))
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        method, method.getFullName() + " has " + type.getName())));
                    }
                })
                .check(CLASSES);
    }

    @Test
    void timeAndThreadsComeFromTheContext() {
        noClasses().should().callMethod(java.time.Instant.class, "now").check(CLASSES);
        noClasses().should().callMethod(System.class, "nanoTime").check(CLASSES);
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
        noClasses().should().callConstructor(Thread.class, Runnable.class).check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("dev.nodepool.driver.openstack.(**)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void onlyTheDriverIsPublicBesideItsInnerPackages() {
        noClasses()
                .that()
                .resideInAPackage("dev.nodepool.driver.openstack")
                .and()
                .doNotHaveSimpleName("OpenStackDriver")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .haveModifier(JavaModifier.PUBLIC)
                .check(CLASSES);
    }
}
