package dev.nodepool.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The runner is an embedder like any other. */
@AnalyzeClasses(packages = "dev.nodepool.runner", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule knowsNothingInternalOfTheLibrary = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.nodepool.internal..", "org.apache.curator..", "org.apache.zookeeper..");

    @ArchTest
    static final ArchRule knowsNoDriver = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.nodepool.drivers..", "dev.nodepool.driver.openstack..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.nodepool.runner.(*)..").should().beFreeOfCycles();
}
