package dev.nodepool;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.Serializable;
import java.time.Instant;

/** The shape of the library. A rule whose packages are still empty holds. */
@AnalyzeClasses(packages = "dev.nodepool", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String RUNTIME = "dev.nodepool.internal.runtime..";
    /** No part of a running launcher: it tells a driver's threads from its own. */
    private static final String CONFORMANCE = "dev.nodepool.driver.conformance..";

    private static final String TREE = "dev.nodepool.internal.tree..";
    private static final String[] PURE =
            Layers.PURE.stream().map(name -> name + "..").toArray(String[]::new);

    @ArchTest
    static final ArchRule layersKnowOnlyLowerLayers =
            classes().should(new OnlyKnowLowerLayers()).allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().assignedFrom(new OneSlicePerPackage())
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheTreeKnowsZooKeeper = noClasses()
            .that()
            .resideOutsideOfPackage(TREE)
            // Who has a client may lend it.
            .and()
            .doNotHaveFullyQualifiedName("dev.nodepool.ZooKeeperAccess")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.curator..", "org.apache.zookeeper..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheRuntimeAsksForTheTime = noClasses()
            .that()
            .resideOutsideOfPackage(RUNTIME)
            .should()
            .accessTargetWhere(uses(Instant.class, "now"))
            .orShould()
            .accessTargetWhere(uses(System.class, "nanoTime"))
            .orShould()
            .accessTargetWhere(uses(System.class, "currentTimeMillis"))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheRuntimeMakesOrStopsThreads = noClasses()
            .that()
            .resideOutsideOfPackages(RUNTIME, CONFORMANCE)
            .should()
            .accessTargetWhere(uses(Thread.class, "sleep"))
            .orShould()
            .accessTargetWhere(uses(Thread.class, JavaConstructor.CONSTRUCTOR_NAME))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shippedDriversKnowOnlyTheSpi = classes()
            .that()
            .resideInAPackage("dev.nodepool.drivers..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("java..", "org.jspecify..", "dev.nodepool.driver..", "dev.nodepool.drivers.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theRuntimeKnowsOnlyTheJdk = classes()
            .that()
            .resideInAPackage(RUNTIME)
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..", "dev.nodepool.driver..", RUNTIME))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule purePackagesDoNoInputOrOutput = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "com.fasterxml.jackson..",
                            "org.apache..",
                            "org.yaml..",
                            "java.io..",
                            "java.nio.file..",
                            "java.net..",
                            "java.util.concurrent..")
                    .and(not(type(Serializable.class))))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, java.time.Clock.class, java.time.InstantSource.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule thePublicFaceShowsNothingInternal = noClasses()
            .that(resideOutsideOfPackages("dev.nodepool.internal..", "dev.nodepool", "dev.nodepool.admin.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.nodepool.internal..")
            .allowEmptyShould(true);

    /** A call or a method reference. */
    private static DescribedPredicate<JavaAccess<?>> uses(Class<?> owner, String name) {
        return target(owner(type(owner))).and(target(name(name))).as(owner.getSimpleName() + "." + name);
    }

    private static final class OnlyKnowLowerLayers extends ArchCondition<JavaClass> {

        OnlyKnowLowerLayers() {
            super("only know their own layer and lower ones");
        }

        @Override
        public void check(JavaClass user, ConditionEvents events) {
            int own = Layers.of(user.getPackageName());
            for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                int other = Layers.of(dependency.getTargetClass().getPackageName());
                if (other > own) {
                    events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
                }
            }
        }
    }

    private static final class OneSlicePerPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
