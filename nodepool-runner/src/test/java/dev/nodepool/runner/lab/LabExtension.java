package dev.nodepool.runner.lab;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the lab to the tests. The first that asks has it started; it ends after the last test of the run. */
final class LabExtension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(Lab.class))
                .getOrComputeIfAbsent(kind(context), Started::now, Started.class)
                .lab();
    }

    private static Kind kind(ExtensionContext context) {
        return context.getRequiredTestClass().isAnnotationPresent(RealMachines.class) ? Kind.MACHINES : Kind.ENTRIES;
    }

    private enum Kind {
        ENTRIES,
        MACHINES
    }

    /** A lab that did not start is not tried again by every test. */
    private record Started(@Nullable Lab running, @Nullable Exception problem) implements AutoCloseable {

        static Started now(Kind kind) {
            try {
                return new Started(kind == Kind.MACHINES ? Lab.startMachines() : Lab.start(), null);
            } catch (IOException | InterruptedException | RuntimeException broken) {
                return new Started(null, broken);
            }
        }

        Lab lab() {
            if (running == null) {
                throw new IllegalStateException("There is no lab", problem);
            }
            return running;
        }

        @Override
        public void close() throws Exception {
            if (running != null) {
                running.close();
            }
        }
    }
}
