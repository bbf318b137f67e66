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

package dev.lumoauth.docs.reference;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.Collectors;

import dev.lumoauth.docs.Repository;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthActuatorAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindingPostProcessor;
import org.springframework.boot.context.properties.bind.BindMethod;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No secret of any property, of the library and of each feature, is shown by the
 * actuator, even where it shows all values, and none by a record.
 */
class MaskedSecretsTests {

	private static final String MARKER = "a-secret-that-nobody-may-see";

	/** A property with such a word in the last part of its name may be a secret. */
	private static final Pattern SUSPECT = Pattern
		.compile(".*(secret|token|password|passphrase|credential|key|certificate)s?\\b.*");

	/** Those that are none: where a secret is, what it is called, or what it is for. */
	private static final Pattern HARMLESS = Pattern
		.compile("(.*-)?(file|key-id|token-environment-variable|token-endpoint|allowed-keys)");

	private static final Pattern MASKED = Pattern
		.compile("(.*-)?(secret|token|password|passphrase|credential)s?|(.*-)?key");

	private static final Pattern NO_CODE = Pattern.compile("/\\*.*?\\*/|(?m-s://.*$)|\"(?:\\\\.|[^\"\\\\\n])*\"",
			Pattern.DOTALL);

	/** The components of a record and what follows until the next type. */
	private static final Pattern RECORD = Pattern.compile(
			"\\brecord (\\w+)[^(]*\\((.*?)\\)[^()]*?\\{(.*?)(?=\\b(?:record|class|enum|interface) \\w+|\\z)",
			Pattern.DOTALL);

	private static final Pattern SECRET_COMPONENT = Pattern
		.compile("(?i)(?:String>?|byte\\[\\]|char\\[\\]) \\w*(?:secret|token|assertion|password|passphrase)s?,");

	static List<String> secrets() throws IOException, ReflectiveOperationException {
		return Stream
			.concat(Stream.of("lumoauth.agents.<name>.client-secret"), Properties.all().stream().map(Property::name))
			.filter(MaskedSecretsTests::isSuspect)
			.distinct()
			.toList();
	}

	private static boolean isSuspect(String property) {
		String last = last(property);
		return SUSPECT.matcher(last).matches() && !HARMLESS.matcher(last).matches();
	}

	private static String last(String property) {
		return property.substring(property.lastIndexOf('.') + 1);
	}

	@Test
	void aSecretIsNamedSoThatItIsMasked() throws Exception {
		assertThat(secrets()).hasSizeGreaterThan(4)
			.allSatisfy((property) -> assertThat(last(property))
				.as("%s may be a secret that the actuator shows: give it a name whose last word says so", property)
				.matches(MASKED));
	}

	/**
	 * A record shows its components, unless it says otherwise.
	 */
	@Test
	void noRecordShowsASecret() throws IOException {
		List<String> records = new ArrayList<>();
		List<String> shown = new ArrayList<>();
		for (Path file : Repository.files(Repository.ROOT, ".java")) {
			if (file.toString().contains("/src/main/java/")) {
				Matcher matcher = RECORD.matcher(NO_CODE.matcher(Files.readString(file)).replaceAll(""));
				while (matcher.find()) {
					String record = file.getFileName() + ": " + matcher.group(1);
					records.add(record);
					String components = matcher.group(2).replaceAll("\\s+", " ") + ",";
					if (SECRET_COMPONENT.matcher(components).find()
							&& !matcher.group(3).contains("String toString()")) {
						shown.add(record);
					}
				}
			}
		}
		assertThat(records).hasSizeGreaterThan(400);
		assertThat(shown).as("Records that show a secret: they have to override toString").isEmpty();
	}

	@ParameterizedTest
	@MethodSource("secrets")
	void isNotShownByAnyOfItsNames(String property) {
		String name = property.replace("<name>", "reports");
		boolean list = name.endsWith("s");
		for (String spelling : List.of(name, name + (list ? "[0]" : ""), camelCase(name),
				name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT) + (list ? "_0" : ""),
				name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT))) {
			runner().withPropertyValues(spelling + "=" + MARKER).run((context) -> assertNothingIsShown(context));
		}
	}

	@ParameterizedTest
	@MethodSource("secrets")
	void isNotShownWhereElseItsValueIs(String property) {
		String name = property.replace("<name>", "reports");
		runner()
			.withPropertyValues("MY_VARIABLE=" + MARKER, "my.command=java -jar app.jar --x=" + MARKER,
					name + "=${MY_VARIABLE}")
			.run((context) -> assertNothingIsShown(context));
	}

	private static void assertNothingIsShown(ConfigurableApplicationContext context) {
		JsonMapper json = JsonMapper.shared();
		assertThat(json.writeValueAsString(context.getBean(EnvironmentEndpoint.class).environment(null)))
			.contains("a-value-that-is-none")
			.doesNotContain(MARKER);
		assertThat(json
			.writeValueAsString(context.getBean(ConfigurationPropertiesReportEndpoint.class).configurationProperties()))
			.contains("agt_shown")
			.doesNotContain(MARKER);
	}

	/**
	 * With all properties classes of the library and of each feature.
	 */
	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthActuatorAutoConfiguration.class,
					EnvironmentEndpointAutoConfiguration.class,
					ConfigurationPropertiesReportEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*",
					"management.endpoint.env.show-values=always", "management.endpoint.configprops.show-values=always",
					"lumoauth.client-id=agt_shown", "my.property=a-value-that-is-none")
			.withInitializer(
					(context) -> register((BeanDefinitionRegistry) context.getBeanFactory(), context.getEnvironment()));
	}

	private static void register(BeanDefinitionRegistry registry, Environment environment) {
		ConfigurationPropertiesBindingPostProcessor.register(registry);
		Set<String> types = types();
		assertThat(types).hasSizeGreaterThan(8);
		types.stream()
			.map((type) -> ClassUtils.resolveClassName(type, null))
			.filter((type) -> type.isAnnotationPresent(ConfigurationProperties.class))
			.forEach((type) -> registry.registerBeanDefinition(prefix(type) + "-" + type.getName(),
					definition(type, environment)));
	}

	/**
	 * As {@code @EnableConfigurationProperties} has it.
	 */
	private static <T> RootBeanDefinition definition(Class<T> type, Environment environment) {
		if (!type.isRecord()) {
			return new RootBeanDefinition(type);
		}
		RootBeanDefinition definition = new RootBeanDefinition(type,
				() -> Binder.get(environment).bindOrCreate(prefix(type), type));
		definition.setAttribute(BindMethod.class.getName(), BindMethod.VALUE_OBJECT);
		return definition;
	}

	private static String prefix(Class<?> type) {
		return MergedAnnotations.from(type).get(ConfigurationProperties.class).getString("prefix");
	}

	private static Set<String> types() {
		try {
			Set<String> types = new TreeSet<>();
			for (URL url : Collections.list(MaskedSecretsTests.class.getClassLoader()
				.getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream metadata = url.openStream()) {
					for (JsonNode group : JsonMapper.shared().readTree(metadata).path("groups")) {
						String type = group.path("type").asString();
						if (type.startsWith("dev.lumoauth.spring.") && type.equals(group.path("sourceType").asString())
								&& group.path("sourceMethod").isMissingNode() && !type.contains("$")) {
							types.add(type);
						}
					}
				}
			}
			return types;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String camelCase(String name) {
		return Arrays.stream(name.split("-"))
			.map((part) -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
			.collect(Collectors.collectingAndThen(Collectors.joining(),
					(joined) -> joined.substring(0, 1).toLowerCase(Locale.ROOT) + joined.substring(1)));
	}

}
