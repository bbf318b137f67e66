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

package dev.lumoauth.spring.tool;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.lumoauth.spring.ActorOrder;
import dev.lumoauth.spring.autoconfigure.LumoAuthMcpServerAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.caller.CallerAuthenticationToken;
import dev.lumoauth.spring.caller.LumoAuthCaller;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpSyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessAsyncServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpTransportContextExtractor;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.function.ServerRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link CallerToolLists}: what the callers of a real server get to see.
 */
class CallerToolListsTests {

	private static final String CALLER = "caller";

	private static final Pattern NAME = Pattern.compile("\"name\":\"([a-zA-Z]+)\"");

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, SYNC", "STREAMABLE, ASYNC", "STATELESS, SYNC", "STATELESS, ASYNC", "SSE, SYNC",
			"SSE, ASYNC" })
	void listsToEachCallerWhatThisCallerMayUse(String protocol, String type) {
		try (ConfigurableApplicationContext server = start(protocol, type, "scopes")) {
			String url = url(server);
			for (int i = 0; i < 3; i++) {
				assertThat(list(url, protocol, "alice", "read")).isEqualTo(expected(type, "read"));
				assertThat(list(url, protocol, "bob", "write", "export")).isEqualTo(expected(type, "write", "export"));
				assertThat(list(url, protocol, "carol", "read", "write", "export"))
					.isEqualTo(expected(type, "read", "write", "export"));
				assertThat(list(url, protocol, "dan")).isEqualTo(expected(type));
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, SYNC", "STREAMABLE, ASYNC", "STATELESS, SYNC", "STATELESS, ASYNC", "SSE, SYNC",
			"SSE, ASYNC" })
	void refusesTheCallOfAToolThatIsNotListed(String protocol, String type) {
		try (ConfigurableApplicationContext server = start(protocol, type, "scopes")) {
			String url = url(server);
			String suffix = type.equals("ASYNC") ? "Later" : "";
			assertThat(call(url, protocol, "read" + suffix, "alice", "read")).isEqualTo("read by alice");
			assertThat(call(url, protocol, "write" + suffix, "alice", "read"))
				.isEqualTo("Error: agent lacks 'write' capability.");
			assertThat(call(url, protocol, "write" + suffix, "bob", "write")).isEqualTo("written by bob");
		}
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, SYNC", "STREAMABLE, ASYNC", "STATELESS, SYNC", "STATELESS, ASYNC", "SSE, SYNC",
			"SSE, ASYNC" })
	void decidesForTheCallerInAToolThatIsAddedLater(String protocol, String type) {
		try (ConfigurableApplicationContext server = start(protocol, type, "scopes")) {
			add(server, server.getBean(Tools.class)::write);
			String url = url(server);
			assertThat(call(url, protocol, "added", "bob", "write")).isEqualTo("written by bob");
			assertThat(call(url, protocol, "added", "alice", "read")).isEqualTo("agent lacks 'write' capability.");
			assertThat(call(url, protocol, "added", "bob", "write")).isEqualTo("written by bob");
		}
	}

	private static void add(ConfigurableApplicationContext server, Supplier<String> code) {
		McpSchema.Tool tool = McpSchema.Tool.builder("added", Map.of("type", "object")).build();
		Supplier<McpSchema.CallToolResult> run = () -> {
			String text;
			try {
				text = code.get();
			}
			catch (CapabilityDeniedException ex) {
				text = ex.getMessage();
			}
			return McpSchema.CallToolResult.builder().addTextContent(text).build();
		};
		server.getBeanProvider(McpSyncServer.class)
			.ifAvailable((sync) -> sync
				.addTool(new McpServerFeatures.SyncToolSpecification(tool, (exchange, request) -> run.get())));
		server.getBeanProvider(McpStatelessSyncServer.class)
			.ifAvailable((sync) -> sync
				.addTool(new McpStatelessServerFeatures.SyncToolSpecification(tool, (context, request) -> run.get())));
		// On a thread that knows nothing of the request.
		Mono<McpSchema.CallToolResult> later = Mono.fromSupplier(run)
			.delaySubscription(Duration.ofMillis(1), Schedulers.parallel());
		server.getBeanProvider(McpAsyncServer.class)
			.ifAvailable((async) -> async
				.addTool(new McpServerFeatures.AsyncToolSpecification(tool, (exchange, request) -> later))
				.block());
		server.getBeanProvider(McpStatelessAsyncServer.class)
			.ifAvailable((async) -> async
				.addTool(new McpStatelessServerFeatures.AsyncToolSpecification(tool, (context, request) -> later))
				.block());
	}

	@ParameterizedTest
	@ValueSource(strings = { "STREAMABLE", "STATELESS" })
	void aThousandInterleavedCallersOfOneSessionAreNeverMixed(String protocol) throws Exception {
		try (ConfigurableApplicationContext server = start(protocol, "SYNC", "scopes")) {
			HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
			String url = url(server) + "/mcp";
			String session = protocol.equals("STREAMABLE") ? initialize(http, url) : null;
			List<Future<Boolean>> mixed = new ArrayList<>();
			ExecutorService threads = Executors.newFixedThreadPool(8);
			try {
				for (int i = 0; i < 1_000; i++) {
					int caller = i;
					mixed.add(threads.submit(() -> {
						String[] scopes = scopes(caller);
						return !names(list(http, url, session, "caller-" + caller, scopes))
							.equals(expected("SYNC", scopes));
					}));
				}
				long count = 0;
				for (Future<Boolean> each : mixed) {
					count += each.get() ? 1 : 0;
				}
				assertThat(count).isZero();
			}
			finally {
				threads.shutdownNow();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "STREAMABLE", "STATELESS" })
	void listsNothingToWhoIsNotKnown(String protocol) throws Exception {
		try (ConfigurableApplicationContext server = start(protocol, "SYNC", "scopes")) {
			HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
			String url = url(server) + "/mcp";
			String session = protocol.equals("STREAMABLE") ? initialize(http, url) : null;
			assertThat(list(http, url, session, "")).contains("\"error\"")
				.contains("The caller is not known")
				.doesNotContain("\"tools\"");
		}
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE", "STATELESS", "SSE" })
	void aListThatCanNotBeDecidedIsAnError(String protocol) {
		try (ConfigurableApplicationContext server = start(protocol, "SYNC", "check")) {
			assertThatThrownBy(() -> list(url(server), protocol, "alice", "read"))
				.hasMessageContaining("authorization is unavailable; try again later.");
		}
	}

	private static String[] scopes(int number) {
		List<String> scopes = new ArrayList<>();
		String[] all = { "read", "write", "export" };
		for (int i = 0; i < all.length; i++) {
			if ((number & (1 << i)) != 0) {
				scopes.add(all[i]);
			}
		}
		return scopes.toArray(String[]::new);
	}

	private static Set<String> expected(String type, String... scopes) {
		String suffix = type.equals("ASYNC") ? "Later" : "";
		Set<String> expected = new TreeSet<>(Set.of("open" + suffix));
		for (String scope : scopes) {
			expected.add(scope.equals("export") ? "export" : scope + suffix);
		}
		return expected;
	}

	private static Set<String> names(String answer) {
		Set<String> names = new TreeSet<>();
		Matcher matcher = NAME.matcher(answer);
		while (matcher.find()) {
			names.add(matcher.group(1));
		}
		return names;
	}

	private static String initialize(HttpClient http, String url) throws Exception {
		HttpResponse<String> response = post(http, url, null, "starter", "",
				"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\","
						+ "\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}");
		return response.headers().firstValue("Mcp-Session-Id").orElseThrow();
	}

	private static String list(HttpClient http, String url, String session, String user, String... scopes)
			throws Exception {
		return post(http, url, session, user, String.join(" ", scopes),
				"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\",\"params\":{}}")
			.body();
	}

	private static HttpResponse<String> post(HttpClient http, String url, String session, String user, String scopes,
			String body) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
			.timeout(Duration.ofSeconds(60))
			.header("Content-Type", "application/json")
			.header("Accept", "application/json, text/event-stream")
			.header("X-User", user)
			.header("X-Scopes", scopes)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (session != null) {
			request.header("Mcp-Session-Id", session);
		}
		return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static Set<String> list(String url, String protocol, String user, String... scopes) {
		try (McpSyncClient client = client(url, protocol, user, scopes)) {
			client.initialize();
			return client.listTools()
				.tools()
				.stream()
				.map(McpSchema.Tool::name)
				.collect(Collectors.toCollection(TreeSet::new));
		}
	}

	private static String call(String url, String protocol, String tool, String user, String... scopes) {
		try (McpSyncClient client = client(url, protocol, user, scopes)) {
			client.initialize();
			McpSchema.CallToolResult result = client
				.callTool(McpSchema.CallToolRequest.builder(tool).arguments(Map.of()).build());
			return ((McpSchema.TextContent) result.content().get(0)).text();
		}
	}

	@SuppressWarnings("deprecation") // SSE, which servers still speak
	private static McpSyncClient client(String url, String protocol, String user, String... scopes) {
		McpSyncHttpClientRequestCustomizer signIn = (request, method, uri, body,
				context) -> request.header("X-User", user).header("X-Scopes", String.join(" ", scopes));
		McpClientTransport transport = protocol.equals("SSE")
				? io.modelcontextprotocol.client.transport.HttpClientSseClientTransport.builder(url)
					.httpRequestCustomizer(signIn)
					.build()
				: HttpClientStreamableHttpTransport.builder(url).httpRequestCustomizer(signIn).build();
		return McpClient.sync(transport).requestTimeout(Duration.ofSeconds(30)).build();
	}

	private static String url(ConfigurableApplicationContext server) {
		return "http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port");
	}

	private static ConfigurableApplicationContext start(String protocol, String type, String decideBy) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1",
				"--server.shutdown=immediate", "--spring.ai.mcp.server.protocol=" + protocol,
				"--spring.ai.mcp.server.type=" + type, "--spring.ai.mcp.client.enabled=false",
				"--spring.ai.openai.api-key=none", "--spring.main.banner-mode=off", "--lumoauth.tenant=acme",
				"--lumoauth.url=http://127.0.0.1:1", "--lumoauth.client-id=agt_1", "--lumoauth.client-secret=unused",
				"--lumoauth.mcp.server.audience=mcp_1"));
		all.add("--lumoauth.mcp.server.decide-by=" + decideBy);
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run(all.toArray(String[]::new));
	}

	private static CallerAuthenticationToken caller(String user, String scopes) {
		Jwt token = Jwt.withTokenValue("token-of-" + user + "-" + scopes)
			.header("alg", "none")
			.issuer("https://lumoauth.example")
			.subject(user)
			.claim("scope", scopes)
			.issuedAt(Instant.now())
			.expiresAt(Instant.now().plusSeconds(600))
			.build();
		return new CallerAuthenticationToken(token, ActorOrder.UNKNOWN, List.of());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = LumoAuthMcpServerAutoConfiguration.class)
	static class Application {

		@Bean
		static CallerToolLists lists(ObjectProvider<ToolGuard> guard) {
			return new CallerToolLists(guard::getObject, (context) -> (CallerAuthenticationToken) context.get(CALLER));
		}

		@Bean
		static Callers callers() {
			return new Callers();
		}

		@Bean
		SignIn signIn() {
			return new SignIn();
		}

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		ToolCallbackProvider exported() {
			return ToolCallbackProvider.from(ToolCallbacks.from(new Exported()));
		}

	}

	/**
	 * Stands in for the security of the server.
	 */
	static class Callers implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean.getClass().getSimpleName().startsWith("WebMvc")
					&& bean.getClass().getSimpleName().contains("ServerTransport")) {
				McpTransportContextExtractor<ServerRequest> extractor = (
						request) -> request.attributes().get(CALLER) instanceof CallerAuthenticationToken caller
								? McpTransportContext.create(Map.of(CALLER, caller)) : McpTransportContext.EMPTY;
				ReflectionTestUtils.setField(bean, "contextExtractor", extractor);
			}
			return bean;
		}

	}

	static class SignIn extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, java.io.IOException {
			String user = request.getHeader("X-User");
			if (user != null && !user.isEmpty()) {
				CallerAuthenticationToken caller = caller(user, String.valueOf(request.getHeader("X-Scopes")));
				request.setAttribute(CALLER, caller);
				SecurityContextHolder.setContext(new SecurityContextImpl(caller));
			}
			try {
				chain.doFilter(request, response);
			}
			finally {
				SecurityContextHolder.clearContext();
			}
		}

	}

	public static class Tools {

		@McpTool
		@RequiresCapability("read")
		public String read() {
			return "read by " + LumoAuthCaller.require().subject();
		}

		@McpTool
		@RequiresCapability("write")
		public String write() {
			return "written by " + LumoAuthCaller.require().subject();
		}

		@McpTool
		public String open() {
			return "open";
		}

		@McpTool
		@RequiresCapability("read")
		public Mono<String> readLater() {
			return LumoAuthCaller.reactive().map((caller) -> "read by " + caller.subject());
		}

		@McpTool
		@RequiresCapability("write")
		public Mono<String> writeLater() {
			return LumoAuthCaller.reactive().map((caller) -> "written by " + caller.subject());
		}

		@McpTool
		public Mono<String> openLater() {
			return Mono.just("open");
		}

	}

	public static class Exported {

		@Tool(name = "export")
		@RequiresCapability("export")
		public String export() {
			return "exported";
		}

	}

}
