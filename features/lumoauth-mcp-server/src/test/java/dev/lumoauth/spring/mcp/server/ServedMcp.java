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

package dev.lumoauth.spring.mcp.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.ai.mcp.annotation.McpPrompt;
import org.springframework.ai.mcp.annotation.McpResource;
import org.springframework.ai.mcp.annotation.McpTool;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.server.webflux.transport.WebFluxStatelessServerTransport;
import org.springframework.ai.mcp.server.webflux.transport.WebFluxStreamableServerTransportProvider;
import org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStatelessWebMvcAutoConfiguration;
import org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStreamableHttpWebMvcAutoConfiguration;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.mcp.transport.OpenStreamFirstFilter;

/**
 * Real MCP servers behind the real security. Each is started once, for all test classes
 * that have this as a parameter, and stopped after the last of them.
 */
public final class ServedMcp implements AutoCloseable {

	/** Leaves an application as it is without Spring Boot's modules for security. */
	public static final String WITHOUT_BOOTS_SECURITY = "spring.autoconfigure.exclude=" + Stream
		.of("ReactiveUserDetailsServiceAutoConfiguration", "UserDetailsServiceAutoConfiguration",
				"actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
				"actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
				"web.reactive.ReactiveWebSecurityAutoConfiguration", "web.servlet.SecurityFilterAutoConfiguration",
				"web.servlet.ServletWebSecurityAutoConfiguration")
		.collect(Collectors.joining(",org.springframework.boot.security.autoconfigure.",
				"org.springframework.boot.security.autoconfigure.", ""));

	/** Has a LumoAuth that knows each test's tokens. */
	public final TokenIssuer issuer = new TokenIssuer();

	private final Map<List<String>, Server> servers = new ConcurrentHashMap<>();

	/**
	 * Return a server that other tests may use as well.
	 * @param web {@code SERVLET} or {@code REACTIVE}
	 * @param protocol {@code STREAMABLE} or {@code STATELESS}
	 * @param type {@code SYNC} or {@code ASYNC}
	 * @param properties what else is set
	 * @return the server
	 */
	public Server server(String web, String protocol, String type, String... properties) {
		List<String> all = new ArrayList<>(List.of(web, protocol, type));
		all.addAll(Arrays.asList(properties));
		return this.servers.computeIfAbsent(all, (key) -> start(web, protocol, type, properties));
	}

	/**
	 * Start a server of the test's own, which stops it.
	 * @param web as {@link #server}
	 * @param protocol as {@link #server}
	 * @param type as {@link #server}
	 * @param properties as {@link #server}
	 * @return the server
	 */
	public Server start(String web, String protocol, String type, String... properties) {
		return start(web, protocol, type, List.of(), properties);
	}

	/**
	 * Start a server of the test's own in an application with Spring Boot's modules for
	 * security.
	 * @param web as {@link #server}
	 * @param more configures the application's own security
	 * @param properties as {@link #server}
	 * @return the server
	 */
	public Server startSecured(String web, List<Class<?>> more, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.autoconfigure.exclude="));
		all.addAll(Arrays.asList(properties));
		return start(web, "STATELESS", "SYNC", more, all.toArray(String[]::new));
	}

	private Server start(String web, String protocol, String type, List<Class<?>> more, String... properties) {
		WebApplicationType application = WebApplicationType.valueOf(web);
		return new Server(new SpringApplicationBuilder(
				(application == WebApplicationType.SERVLET) ? Servlets.class : Reactive.class)
			.sources(more.toArray(Class<?>[]::new))
			.web(application)
			.properties("server.port=0", "server.shutdown=immediate", WITHOUT_BOOTS_SECURITY,
					"spring.ai.mcp.server.protocol=" + protocol, "spring.ai.mcp.server.type=" + type,
					"spring.main.banner-mode=off", "spring.ai.mcp.client.enabled=false",
					"spring.ai.openai.api-key=none", "lumoauth.url=" + this.issuer.url(), "lumoauth.tenant=acme-corp",
					"lumoauth.mcp.server.audience=" + TokenIssuer.AUDIENCE, "lumoauth.mcp.server.scopes=mcp:reports",
					"lumoauth.mcp.server.decide-by=scopes", "lumoauth.mcp.server.sessions.max=10000")
			.properties(properties)
			.run());
	}

	@Override
	public void close() {
		this.servers.values().forEach(Server::close);
		this.issuer.close();
	}

	/**
	 * A server that runs.
	 *
	 * @param context its application
	 */
	public record Server(ConfigurableApplicationContext context) implements AutoCloseable {

		public int port() {
			return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		}

		public String url() {
			return "http://127.0.0.1:" + port();
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

	/**
	 * Gives the servers to the tests.
	 */
	public static final class Extension implements ParameterResolver {

		@Override
		public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
			return parameter.getParameter().getType() == ServedMcp.class;
		}

		@Override
		public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
			return extension.getRoot()
				.getStore(ExtensionContext.Namespace.create(ServedMcp.class))
				.computeIfAbsent(ServedMcp.class, (type) -> new ServedMcp());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ OpenStreamFirstFilter.class, ServedMcp.Roots.class })
	static class Servlets {

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		Pages pages() {
			return new Pages();
		}

		@Bean
		ToolCallbackProvider exported() {
			return ToolCallbackProvider.from(ToolCallbacks.from(new Exported()));
		}

	}

	/**
	 * Learns of the directories that a client offers.
	 */
	@Configuration(proxyBeanMethods = false)
	public static class Roots {

		/** Each directory, and for whom it was noted. */
		public static final BlockingQueue<String> NOTED = new LinkedBlockingQueue<>();

		@Bean
		BiConsumer<McpSyncServerExchange, List<McpSchema.Root>> changed() {
			return (exchange, roots) -> note(roots);
		}

		@Bean
		BiConsumer<McpAsyncServerExchange, List<McpSchema.Root>> changedLater() {
			return (exchange, roots) -> note(roots);
		}

		private static void note(List<McpSchema.Root> roots) {
			LumoAuthCaller caller = LumoAuthCaller.current();
			NOTED.add(roots.get(0).uri() + " of " + ((caller != null) ? caller.subject() : "nobody"));
		}

	}

	/**
	 * Has the transport beans of Spring AI's starter for WebFlux, which can't be on the
	 * class path beside the one for WebMVC. Tomcat and Netty can't both be the server of
	 * the actuator.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			exclude = { McpServerStreamableHttpWebMvcAutoConfiguration.class,
					McpServerStatelessWebMvcAutoConfiguration.class },
			excludeName = {
					"org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerSseWebMvcAutoConfiguration",
					"org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration" })
	@Import(Servlets.class)
	static class Reactive {

		/**
		 * Not those of all, which would end with the first server that ends.
		 */
		@Bean
		ReactorResourceFactory resources() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			resources.setShutdownQuietPeriod(Duration.ZERO);
			return resources;
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnProperty(name = "spring.ai.mcp.server.protocol", havingValue = "STREAMABLE")
		static class Streamable {

			@Bean
			WebFluxStreamableServerTransportProvider transport() {
				return WebFluxStreamableServerTransportProvider.builder().messageEndpoint("/mcp").build();
			}

			@Bean
			RouterFunction<?> router(WebFluxStreamableServerTransportProvider transport) {
				return transport.getRouterFunction();
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnProperty(name = "spring.ai.mcp.server.protocol", havingValue = "STATELESS")
		static class Stateless {

			@Bean
			WebFluxStatelessServerTransport transport(
					@Value("${spring.ai.mcp.server.streamable-http.mcp-endpoint:/mcp}") String endpoint) {
				return WebFluxStatelessServerTransport.builder().messageEndpoint(endpoint).build();
			}

			@Bean
			RouterFunction<?> router(WebFluxStatelessServerTransport transport) {
				return transport.getRouterFunction();
			}

		}

	}

	/**
	 * What is served.
	 */
	public static class Tools {

		/** How many calls came through to a tool. */
		public static final AtomicInteger CALLS = new AtomicInteger();

		@McpTool
		@RequiresCapability("read")
		public String read() {
			return "read by " + who(LumoAuthCaller.require());
		}

		@McpTool
		@RequiresCapability("write")
		public String write() {
			return "written by " + who(LumoAuthCaller.require());
		}

		@McpTool
		public String open() {
			LumoAuthCaller caller = LumoAuthCaller.require();
			return SecurityContextHolder.getContext().getAuthentication().getName().equals(caller.subject())
					? "open to " + who(caller) : "signed in as another";
		}

		@McpTool
		@RequiresCapability("read")
		public Mono<String> readLater() {
			return LumoAuthCaller.reactive().map((caller) -> "read by " + who(caller));
		}

		@McpTool
		@RequiresCapability("write")
		public Mono<String> writeLater() {
			return LumoAuthCaller.reactive().map((caller) -> "written by " + who(caller));
		}

		@McpTool
		public Mono<String> openLater() {
			return LumoAuthCaller.reactive().map((caller) -> "open to " + who(caller));
		}

		@McpPrompt
		public String openPrompt() {
			return "open";
		}

		@McpPrompt(name = "read")
		@RequiresCapability("read")
		public String readPrompt() {
			return "read";
		}

		@McpResource(uri = "test://open")
		public String openResource() {
			return "open";
		}

		@McpResource(uri = "test://read")
		@RequiresCapability("read")
		public String readResource() {
			return "read";
		}

		@McpResource(uri = "test://open/{page}")
		public String openPage(String page) {
			return page;
		}

		@McpResource(uri = "test://read/{page}")
		@RequiresCapability("read")
		public String readPage(String page) {
			return page;
		}

		@McpPrompt
		public Mono<String> openPromptLater() {
			return Mono.just("open");
		}

		@McpPrompt(name = "readLater")
		@RequiresCapability("read")
		public Mono<String> readPromptLater() {
			return Mono.just("read");
		}

		@McpResource(uri = "test://open")
		public Mono<String> openResourceLater() {
			return Mono.just("open");
		}

		@McpResource(uri = "test://read")
		@RequiresCapability("read")
		public Mono<String> readResourceLater() {
			return Mono.just("read");
		}

		@McpResource(uri = "test://open/{page}")
		public Mono<String> openPageLater(String page) {
			return Mono.just(page);
		}

		@McpResource(uri = "test://read/{page}")
		@RequiresCapability("read")
		public Mono<String> readPageLater(String page) {
			return Mono.just(page);
		}

		private static String who(LumoAuthCaller caller) {
			CALLS.incrementAndGet();
			return caller.actors() + " " + caller.scopes().stream().sorted().toList();
		}

	}

	static class Exported {

		@Tool(name = "secret")
		@RequiresCapability(TokenIssuer.UNGRANTED)
		public String secret() {
			return "told to " + Tools.who(LumoAuthCaller.require());
		}

		@Tool(name = "export")
		@RequiresCapability("export")
		public String export() {
			return "exported by " + Tools.who(LumoAuthCaller.require());
		}

	}

	/**
	 * Pages that are none of the server's.
	 */
	@RestController
	public static class Pages {

		@GetMapping({ "/page", "/mcp/page" })
		public String page() {
			return (SecurityContextHolder.getContext().getAuthentication() != null) ? "somebody" : "nobody";
		}

	}

}
