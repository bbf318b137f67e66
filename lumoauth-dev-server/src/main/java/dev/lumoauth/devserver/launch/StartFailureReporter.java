/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.launch;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.config.ConfigDataResourceNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Prints why the server did not start, in two lines on standard error, where the user can
 * remove the reason. Spring Boot's own analyses speak of beans and binding targets. It
 * reports what is not listed here.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class StartFailureReporter implements SpringBootExceptionReporter {

	private static final String FILE = "Correct the file that --dev.config names, or the option";

	/** Spring Boot calls this constructor, with the context if there already is one. */
	StartFailureReporter(@Nullable ConfigurableApplicationContext context) {
	}

	@Override
	@SuppressWarnings("SystemOut")
	public boolean reportException(Throwable failure) {
		Optional<RefusedToStartException> known = Stream
			.iterate(failure, (throwable) -> throwable != null, Throwable::getCause)
			.flatMap((throwable) -> describe(throwable).stream())
			.findFirst();
		known.ifPresent((description) -> {
			System.err.println("The LumoAuth dev server did not start: " + description.getMessage());
			System.err.println(description.action());
		});
		return known.isPresent();
	}

	private Optional<RefusedToStartException> describe(Throwable failure) {
		if (failure instanceof RefusedToStartException refused) {
			return Optional.of(refused);
		}
		if (failure instanceof PortInUseException port) {
			return refused("Port %d is in use".formatted(port.getPort()),
					"Stop what listens there, or choose another port with --server.port=<port> (0 for any free one)");
		}
		if (failure instanceof ConfigDataResourceNotFoundException missing) {
			return refused("There is no %s".formatted(missing.getReferenceDescription()),
					"Correct --dev.config=<file>");
		}
		if (failure instanceof MarkedYAMLException yaml) {
			return refused("The configuration file is not YAML: " + yaml.getMessage(), FILE);
		}
		return (failure instanceof BindException bind) ? refused(describe(bind), FILE) : Optional.empty();
	}

	private static String describe(BindException failure) {
		if (failure.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
			return "There is no property " + unbound.getUnboundProperties()
				.stream()
				.map((property) -> property.getName().toString())
				.collect(Collectors.joining(", "));
		}
		String reason = NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
		return "%s: %s".formatted(failure.getName(), reason);
	}

	private static Optional<RefusedToStartException> refused(String message, String action) {
		return Optional.of(new RefusedToStartException(message, action));
	}

}
