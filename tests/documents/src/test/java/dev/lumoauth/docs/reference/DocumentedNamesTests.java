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
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.lumoauth.docs.Repository;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.CapabilityObservationDocumentation;
import dev.lumoauth.spring.guard.observation.GuardObservationDocumentation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.cache.TokenObservationDocumentation;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the documents name no class, method and property which is not there.
 */
class DocumentedNamesTests {

	private static final Path DOCUMENTS = Repository.DOCS;

	private static final Pattern PROPERTY = Pattern.compile("(?<![\\w./])lumoauth\\.[a-z][a-z0-9.<>-]*[a-z0-9>]");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(lumoauth\\.[^`]+)` \\|");

	private static final Pattern BLOCK = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);

	/**
	 * In sentences only: a heading has words that look like classes, and blocks are
	 * compiled by the tests of the documents.
	 */
	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	/** Not an option of the JVM. */
	private static final Pattern TYPE = Pattern.compile("(?<![\\w.\":+])[A-Z][a-z]\\w*[A-Z]\\w*");

	private static final Pattern CALL = Pattern.compile("\\b(\\w+)\\.(\\w+)\\(");

	/** What the examples call things, and what they are. */
	private static final Map<String, Class<?>> VARIABLES = Map.of("tokens", LumoAuthTokens.class, "agent",
			LumoAuthAgent.class, "orchestrator", LumoAuthAgent.class, "specialist", LumoAuthAgent.class);

	/**
	 * The section with names that others keep to themselves.
	 */
	private static final Pattern OTHER_NAMES = Pattern.compile("\n## Private members of others\n.*?(?=\n## |\\z)",
			Pattern.DOTALL);

	/** The classes that a document has its reader write. */
	private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|record|enum) (\\w+)");

	/**
	 * Spring AI's, but not in the version that could be had, Spring Integration's and
	 * others', what the guide writes in other languages, and words of messages.
	 */
	private static final Set<String> ELSEWHERE = Set.of("ChatMemory", "ToolSearchToolCallingAdvisor", "RuntimeError",
			"OpenAIChatClient", "PostAsync", "DefaultRequestHeaders", "HasCapabilityAsync", "GetMcpTokenAsync",
			"SearchCompanyDocuments", "RunAsync", "LumoAuth", "MiB", "PostgreSQL", "HikariCP", "AzureADTokenExchange",
			"GitHub", "ServiceActivator", "MessageHandler", "GraphQlExceptionHandler", "MessageExceptionHandler",
			"WebSocket", "HttpRequestSnapshot", "OAuth2HttpClientTransportCustomizer", "DefaultToolExecutor",
			"CompensateFor", "FunctionTool", "BaseTool", "AgentTool", "AopProxyUtils");

	private static final List<String> PACKAGES = List.of("com.sun.net.httpserver.", "java.lang.", "java.net.",
			"io.modelcontextprotocol.server.", "javax.sql.", "org.springframework.boot.actuate.audit.",
			"org.springframework.boot.actuate.audit.listener.", "org.springframework.context.event.",
			"org.springframework.security.access.prepost.", "org.springframework.security.authorization.",
			"org.springframework.security.core.context.",
			"org.springframework.security.oauth2.server.resource.authentication.",
			"org.springframework.test.web.servlet.",
			"org.springframework.security.config.annotation.method.configuration.", "java.util.concurrent.",
			"org.springframework.stereotype.", "org.springframework.boot.test.context.runner.",
			"org.springframework.context.annotation.", "org.springframework.beans.factory.",
			"org.springframework.beans.factory.annotation.", "org.springframework.beans.factory.config.",
			"org.springframework.data.redis.connection.", "org.springframework.data.redis.core.",
			"org.springframework.ai.mcp.customizer.", "org.springframework.boot.restclient.",
			"org.springframework.boot.webclient.", "org.springframework.web.client.",
			"org.springframework.web.client.support.", "org.springframework.web.reactive.function.client.",
			"org.springframework.web.reactive.function.client.support.", "org.springframework.web.service.annotation.",
			"org.springframework.web.service.registry.", "org.springframework.web.bind.annotation.",
			"org.springframework.ai.chat.client.", "org.springframework.ai.tool.annotation.",
			"org.springframework.ai.chat.model.", "org.springframework.ai.mcp.",
			"org.springframework.ai.mcp.annotation.", "org.springframework.http.", "org.springframework.security.core.",
			"org.springframework.security.concurrent.", "org.springframework.security.web.",
			"org.springframework.security.web.server.", "org.springframework.web.cors.",
			"org.springframework.security.config.annotation.web.configuration.",
			"org.springframework.security.config.annotation.web.reactive.",
			"org.springframework.security.config.annotation.web.builders.",
			"org.springframework.security.config.annotation.web.configurers.",
			"org.springframework.security.oauth2.core.", "org.springframework.security.oauth2.client.",
			"org.springframework.security.oauth2.client.endpoint.",
			"org.springframework.security.oauth2.client.registration.",
			"org.springframework.security.oauth2.client.web.", "org.springframework.ai.model.tool.",
			"org.springframework.ai.tool.", "org.springframework.ai.mcp.client.common.autoconfigure.",
			"io.modelcontextprotocol.client.", "io.modelcontextprotocol.common.", "io.micrometer.observation.",
			"org.springframework.ai.openai.", "java.util.function.", "java.net.http.", "jakarta.annotation.",
			"reactor.core.publisher.", "org.springframework.aop.", "org.springframework.data.domain.",
			"org.junit.jupiter.api.", "org.springframework.test.context.bean.override.convention.",
			"org.springframework.test.context.bean.override.mockito.", "org.springframework.web.servlet.function.",
			"org.springframework.web.filter.", "org.springframework.boot.health.contributor.",
			"org.springframework.web.servlet.mvc.method.annotation.", "org.springframework.web.context.request.async.");

	/** Once: it reads every class. */
	private static final Map<String, Class<?>> LIBRARY = library();

	/** The classes of all modules, tests included. */
	private static final Set<String> SOURCES = sources();

	@ParameterizedTest
	@MethodSource("documents")
	void everyPropertyIsThere(String document) throws IOException {
		Set<String> known = properties();
		known.addAll(observed());
		assertThat(PROPERTY.matcher(read(document)).results().map(MatchResult::group).distinct())
			.allSatisfy((name) -> assertThat(known).anyMatch((property) -> property.equals(name)
					|| name.startsWith(property + ".") || property.startsWith(name + ".")));
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyClassAndMethodIsThere(String document) throws IOException {
		String text = read(document);
		List<String> code = CODE.matcher(BLOCK.matcher(text).replaceAll("")).results().map(MatchResult::group).toList();
		Set<String> theirs = new TreeSet<>();
		find(DECLARED, List.of(text)).forEach((declared) -> theirs.add(declared.group(1)));
		assertThat(find(TYPE, code).stream().map(MatchResult::group).distinct())
			.allSatisfy((type) -> assertThat(theirs.contains(type) || exists(type)).as(type).isTrue());
		assertThat(find(CALL, code)).allSatisfy((call) -> {
			Class<?> type = VARIABLES.getOrDefault(call.group(1), LIBRARY.get(call.group(1)));
			if (type != null) {
				assertThat(type.getMethods()).extracting(Method::getName).contains(call.group(2));
			}
		});
	}

	private static List<MatchResult> find(Pattern pattern, List<String> code) {
		return code.stream().flatMap((block) -> pattern.matcher(block).results()).toList();
	}

	private static boolean exists(String type) {
		return ELSEWHERE.contains(type) || LIBRARY.containsKey(type) || SOURCES.contains(type)
				|| PACKAGES.stream().anyMatch((name) -> ClassUtils.isPresent(name + type, null));
	}

	/**
	 * The file names of all documents.
	 */
	static List<String> documents() throws IOException {
		try (Stream<Path> files = Files.walk(DOCUMENTS)) {
			List<String> names = files.map((file) -> DOCUMENTS.relativize(file).toString())
				.filter((name) -> name.endsWith(".md"))
				.toList();
			assertThat(names).contains("services.md", "observability.md", "operations.md", "reliability.md");
			return names;
		}
	}

	private static String read(String document) throws IOException {
		return OTHER_NAMES.matcher(Files.readString(DOCUMENTS.resolve(document))).replaceAll("");
	}

	/**
	 * Observations, what they carry, and gauges.
	 */
	private static Set<String> observed() {
		Set<String> names = new TreeSet<>(
				Set.of("lumoauth.token.expiry", "lumoauth.token.held", "lumoauth.budget.used", "lumoauth.budget.limit",
						"lumoauth.budget.replicas", "lumoauth.budget.held", "lumoauth.approvals.pending",
						"lumoauth.approvals.undecided", "lumoauth.approvals.decided", "lumoauth.approvals.decision",
						"lumoauth.approvals.calls", "lumoauth.shared", "lumoauth.shared.replicas"));
		for (ObservationDocumentation each : List.of(CapabilityObservationDocumentation.CAPABILITY,
				GuardObservationDocumentation.TOOL, GuardObservationDocumentation.METHOD,
				TokenObservationDocumentation.TOKEN)) {
			names.add(BeanUtils.instantiateClass(each.getDefaultConvention()).getName());
			Stream.of(each.getHighCardinalityKeyNames()).map(KeyName::asString).forEach(names::add);
		}
		return names;
	}

	/**
	 * Those of the reference, which is generated.
	 */
	private static Set<String> properties() throws IOException {
		Set<String> names = find(ROW, List.of(read("properties.md"))).stream()
			.map((row) -> row.group(1).replaceFirst("\\.<name>.*", ""))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(names).hasSizeGreaterThan(50);
		return names;
	}

	private static Set<String> sources() {
		try (Stream<Path> modules = Files.list(Path.of("../.."));
				Stream<Path> features = Files.list(Path.of("../../features"));
				Stream<Path> frameworks = Files.list(Path.of("../../frameworks"));
				Stream<Path> tests = Files.list(Path.of("../../tests"))) {
			Set<String> names = new TreeSet<>();
			for (Path folder : Stream.of(modules, features, frameworks, tests)
				.flatMap((folders) -> folders)
				.map((module) -> module.resolve("src"))
				.filter(Files::exists)
				.toList()) {
				try (Stream<Path> files = Files.walk(folder)) {
					files.map((file) -> file.getFileName().toString())
						.filter((name) -> name.matches(".*\\.(java|kt|aj)"))
						.forEach((name) -> names.add(name.substring(0, name.lastIndexOf('.'))));
				}
			}
			return names;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, Class<?>> library() {
		return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("dev.lumoauth.spring")
			.stream()
			.filter(JavaClass::isTopLevelClass)
			.filter((type) -> !type.getSimpleName().equals("package-info"))
			.filter(DocumentedNamesTests::isLoadable)
			.collect(Collectors.toMap(JavaClass::getSimpleName, JavaClass::reflect, (one, other) -> one));
	}

	/**
	 * What extends a class of an optional dependency can't be read without that.
	 */
	private static boolean isLoadable(JavaClass type) {
		try {
			type.reflect();
			return true;
		}
		catch (LinkageError ex) {
			return false;
		}
	}

}
