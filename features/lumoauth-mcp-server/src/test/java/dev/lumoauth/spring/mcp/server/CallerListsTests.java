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

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpSyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessAsyncServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.lumoauth.spring.capability.CapabilityDeniedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link CallerLists}: what the callers of a real server get to see and to
 * call, behind its real security.
 */
@ExtendWith(ServedMcp.Extension.class)
class CallerListsTests {

	private static final int TIMES = Integer.getInteger("tests.times", 1);

	/** With their tokens, which take longest to make. */
	private static final Map<String, List<Client>> CALLERS = new HashMap<>();

	private static final Pattern NAME = Pattern.compile("\"name\":\"([a-zA-Z]+)\"");

	private static final String ALL_SERVERS = """
			SERVLET, STREAMABLE, SYNC
			SERVLET, STREAMABLE, ASYNC
			SERVLET, STATELESS, SYNC
			SERVLET, STATELESS, ASYNC
			REACTIVE, STREAMABLE, SYNC
			REACTIVE, STREAMABLE, ASYNC
			REACTIVE, STATELESS, SYNC
			REACTIVE, STATELESS, ASYNC
			""";

	/** Any two of these settings are together on one of the servers. */
	private static final String PAIRS = """
			SERVLET, STREAMABLE, SYNC
			SERVLET, STATELESS, ASYNC
			REACTIVE, STREAMABLE, ASYNC
			REACTIVE, STATELESS, SYNC
			""";

	@ParameterizedTest
	@CsvSource(textBlock = ALL_SERVERS)
	void listsToEachCallerWhatThisCallerMayUse(String web, String protocol, String type, ServedMcp served) {
		String url = served.server(web, protocol, type).url();
		for (String[] scopes : new String[][] { { "read" }, { "write", "export" }, {},
				{ "read", "write", "export" } }) {
			try (McpSyncClient client = client(url, token(served, "alice", scopes))) {
				client.initialize();
				Set<String> listed = client.listTools()
					.tools()
					.stream()
					.map(McpSchema.Tool::name)
					.collect(Collectors.toCollection(TreeSet::new));
				assertThat(listed).isEqualTo(expected(type, scopes));
			}
		}
	}

	@ParameterizedTest
	@CsvSource(textBlock = PAIRS)
	void listsPromptsAndResourcesToEachCallerAsTools(String web, String protocol, String type, ServedMcp served) {
		String url = served.server(web, protocol, type).url();
		String suffix = suffix(type);
		try (McpSyncClient alice = client(url, token(served, "alice", "read"));
				McpSyncClient bob = client(url, token(served, "bob", "write"))) {
			alice.initialize();
			bob.initialize();
			assertThat(alice.listPrompts().prompts()).extracting(McpSchema.Prompt::name)
				.containsExactlyInAnyOrder("openPrompt" + suffix, "read" + suffix);
			assertThat(bob.listPrompts().prompts()).extracting(McpSchema.Prompt::name)
				.containsExactly("openPrompt" + suffix);
			assertThat(alice.listResources().resources()).extracting(McpSchema.Resource::uri)
				.containsExactlyInAnyOrder("test://open", "test://read");
			assertThat(bob.listResources().resources()).extracting(McpSchema.Resource::uri)
				.containsExactly("test://open");
			assertThat(alice.listResourceTemplates().resourceTemplates())
				.extracting(McpSchema.ResourceTemplate::uriTemplate)
				.containsExactlyInAnyOrder("test://open/{page}", "test://read/{page}");
			assertThat(bob.listResourceTemplates().resourceTemplates())
				.extracting(McpSchema.ResourceTemplate::uriTemplate)
				.containsExactly("test://open/{page}");
			assertThatThrownBy(() -> bob.getPrompt(McpSchema.GetPromptRequest.builder("read" + suffix).build()))
				.isInstanceOf(RuntimeException.class);
			assertThatThrownBy(() -> bob.readResource(McpSchema.ReadResourceRequest.builder("test://read").build()))
				.isInstanceOf(RuntimeException.class);
		}
	}

	@ParameterizedTest
	@CsvSource(textBlock = PAIRS)
	void refusesTheCallOfAToolThatIsNotListed(String web, String protocol, String type, ServedMcp served) {
		String url = served.server(web, protocol, type).url();
		String suffix = suffix(type);
		try (McpSyncClient alice = client(url, token(served, "alice", "read"));
				McpSyncClient bob = client(url, token(served, "bob", "write"))) {
			alice.initialize();
			bob.initialize();
			assertThat(call(alice, "read" + suffix)).isEqualTo("read by alice [mcp:reports, read]");
			int calls = ServedMcp.Tools.CALLS.get();
			String refused = "TransportAuthorizationException";
			assertThatThrownBy(() -> call(alice, "write" + suffix)).hasStackTraceContaining(refused);
			assertThatThrownBy(() -> call(bob, "read" + suffix)).hasStackTraceContaining(refused);
			assertThat(ServedMcp.Tools.CALLS).hasValue(calls);
			assertThat(call(bob, "write" + suffix)).isEqualTo("written by bob [mcp:reports, write]");
		}
	}

	/**
	 * The challenge is no decision: a call that it can't be made for is refused by the
	 * tool.
	 */
	@ParameterizedTest
	@CsvSource(textBlock = PAIRS)
	void decidesForTheCallerInAToolThatIsAddedLater(String web, String protocol, String type, ServedMcp served) {
		ServedMcp.Server server = served.server(web, protocol, type);
		add(server, server.context().getBean(ServedMcp.Tools.class)::write);
		try (McpSyncClient alice = client(server.url(), token(served, "alice", "read"));
				McpSyncClient bob = client(server.url(), token(served, "bob", "write"))) {
			alice.initialize();
			bob.initialize();
			assertThat(call(bob, "added")).startsWith("written by bob");
			assertThat(call(alice, "added")).isEqualTo("agent lacks 'write' capability.");
			assertThat(call(bob, "added")).startsWith("written by bob");
		}
		finally {
			remove(server);
		}
	}

	private static void add(ServedMcp.Server server, Supplier<String> code) {
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
		server.context()
			.getBeanProvider(McpSyncServer.class)
			.ifAvailable((sync) -> sync
				.addTool(new McpServerFeatures.SyncToolSpecification(tool, (exchange, request) -> run.get())));
		server.context()
			.getBeanProvider(McpStatelessSyncServer.class)
			.ifAvailable((sync) -> sync
				.addTool(new McpStatelessServerFeatures.SyncToolSpecification(tool, (context, request) -> run.get())));
		// On a thread that knows nothing of the request.
		Mono<McpSchema.CallToolResult> later = Mono.fromSupplier(run)
			.delaySubscription(Duration.ofMillis(1), Schedulers.parallel());
		server.context()
			.getBeanProvider(McpAsyncServer.class)
			.ifAvailable((async) -> async
				.addTool(new McpServerFeatures.AsyncToolSpecification(tool, (exchange, request) -> later))
				.block());
		server.context()
			.getBeanProvider(McpStatelessAsyncServer.class)
			.ifAvailable((async) -> async
				.addTool(new McpStatelessServerFeatures.AsyncToolSpecification(tool, (context, request) -> later))
				.block());
	}

	private static void remove(ServedMcp.Server server) {
		server.context().getBeanProvider(McpSyncServer.class).ifAvailable((sync) -> sync.removeTool("added"));
		server.context().getBeanProvider(McpStatelessSyncServer.class).ifAvailable((sync) -> sync.removeTool("added"));
		server.context()
			.getBeanProvider(McpAsyncServer.class)
			.ifAvailable((async) -> async.removeTool("added").block());
		server.context()
			.getBeanProvider(McpStatelessAsyncServer.class)
			.ifAvailable((async) -> async.removeTool("added").block());
	}

	/**
	 * Each has another user or another agent, another token and, where there are some,
	 * another session; and lists, calls a tool that it may call, one that it may not, and
	 * uses another's session.
	 */
	@ParameterizedTest
	@CsvSource({ "SERVLET, STREAMABLE, SYNC, check, 12", "SERVLET, STATELESS, ASYNC, scopes, 6",
			"REACTIVE, STREAMABLE, ASYNC, scopes, 12", "REACTIVE, STATELESS, SYNC, check, 6" })
	void interleavedCallersAreNeverMixed(String web, String protocol, String type, String decideBy, int each,
			ServedMcp served) throws Exception {
		int count = each * TIMES;
		ServedMcp.Server server = decideBy.equals("scopes") ? served.server(web, protocol, type)
				: served.server(web, protocol, type, "lumoauth.mcp.server.decide-by=check");
		Wire wire = new Wire(server.url() + "/mcp", suffix(type));
		List<Client> callers = CALLERS.get(decideBy);
		if (callers == null) {
			callers = inParallel(12 * TIMES, (number) -> client(served, number, decideBy));
			CALLERS.put(decideBy, callers);
		}
		List<Client> known = callers;
		List<Client> clients = inParallel(count, (number) -> wire.begin(known.get(number)));
		int calls = ServedMcp.Tools.CALLS.get();
		List<Callable<String>> requests = new ArrayList<>();
		for (int i = 0; i < clients.size(); i++) {
			Client client = clients.get(i);
			Client other = clients.get((i + 1) % clients.size());
			requests.add(() -> wire.lists(client));
			requests.add(() -> wire.calls(client));
			requests.add(() -> wire.callsWhatItMayNot(client));
			if (client.session() != null) {
				requests.add(() -> wire.usesTheSessionOf(client, other));
			}
		}
		Collections.shuffle(requests, new Random(1));
		List<String> wrong = new ArrayList<>(inParallel(requests.size(), (number) -> requests.get(number).call()));
		wrong.removeIf(String::isEmpty);
		assertThat(wrong).isEmpty();
		assertThat(ServedMcp.Tools.CALLS).hasValue(calls + count);
	}

	private static <T> List<T> inParallel(int count, Step<T> step) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<Future<T>> running = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				int number = i;
				running.add(threads.submit(() -> step.run(number)));
			}
			List<T> results = new ArrayList<>();
			for (Future<T> each : running) {
				results.add(each.get());
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static Client client(ServedMcp served, int number, String decideBy) {
		Set<String> may = new TreeSet<>();
		String[] all = { "read", "write", "export" };
		for (int i = 0; i < all.length; i++) {
			if ((number & (1 << i)) != 0) {
				may.add(all[i]);
			}
		}
		String user = "user-" + number / 20;
		String agent = "agt_" + number % 20;
		// Where LumoAuth is asked, all have the same scopes.
		String scopes = "mcp:reports " + (decideBy.equals("scopes") ? String.join(" ", may) : String.join(" ", all));
		String token = served.issuer.token((claims) -> claims.subject(user)
			.claim("act", Map.of("sub", agent))
			.claim("scope", scopes)
			.claim("may", List.copyOf(may)));
		return new Client(user + " <- " + agent, may, token, null);
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, STREAMABLE, SYNC", "REACTIVE, STATELESS, SYNC", "SERVLET, STREAMABLE, ASYNC" })
	void aListThatCanNotBeDecidedIsAnError(String web, String protocol, String type, ServedMcp served) {
		ServedMcp.Server server = served.server(web, protocol, type, "lumoauth.mcp.server.decide-by=check");
		try (McpSyncClient client = client(server.url(), token(served, "alice", "read"))) {
			client.initialize();
			assertThatThrownBy(client::listTools)
				.hasMessageContaining("authorization is unavailable; try again later.");
			assertThatThrownBy(client::listPrompts)
				.hasMessageContaining("authorization is unavailable; try again later.");
		}
	}

	private static String suffix(String type) {
		return type.equals("ASYNC") ? "Later" : "";
	}

	private static Set<String> expected(String type, String... scopes) {
		return expected(suffix(type), List.of(scopes));
	}

	private static Set<String> expected(String suffix, Iterable<String> may) {
		Set<String> expected = new TreeSet<>(Set.of("open" + suffix));
		may.forEach((scope) -> expected.add(scope.equals("export") ? scope : scope + suffix));
		return expected;
	}

	private static String token(ServedMcp served, String user, String... scopes) {
		return served.issuer
			.token((claims) -> claims.subject(user).claim("scope", "mcp:reports " + String.join(" ", scopes)));
	}

	private static String call(McpSyncClient client, String tool) {
		McpSchema.CallToolResult result = client
			.callTool(McpSchema.CallToolRequest.builder(tool).arguments(Map.of()).build());
		return ((McpSchema.TextContent) result.content().get(0)).text();
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, STREAMABLE, SYNC", "REACTIVE, STREAMABLE, ASYNC", "SERVLET, STREAMABLE, ASYNC" })
	void handlesANotificationForItsCaller(String web, String protocol, String type, ServedMcp served)
			throws InterruptedException {
		ServedMcp.Server server = served.server(web, protocol, type);
		ServedMcp.Roots.NOTED.clear();
		try (McpSyncClient client = specified(server.url(), served.issuer.tokenOf("ada"))
			.capabilities(McpSchema.ClientCapabilities.builder().roots(true).build())
			.roots(McpSchema.Root.builder("file:///ada").build())
			.build()) {
			client.initialize();
			String noted = null;
			// The client opens the stream for the server's questions in the background.
			for (int i = 0; i < 300 && noted == null; i++) {
				try {
					client.rootsListChangedNotification();
				}
				catch (RuntimeException ex) {
					continue; // not open yet
				}
				noted = ServedMcp.Roots.NOTED.poll(200, TimeUnit.MILLISECONDS);
			}
			assertThat(noted).isEqualTo("file:///ada of ada");
		}
	}

	private static McpSyncClient client(String url, String token) {
		return specified(url, token).build();
	}

	private static McpClient.SyncSpec specified(String url, String token) {
		McpSyncHttpClientRequestCustomizer signIn = (request, method, uri, body, context) -> request
			.header("Authorization", "Bearer " + token);
		McpClientTransport transport = HttpClientStreamableHttpTransport.builder(url)
			.httpRequestCustomizer(signIn)
			.build();
		return McpClient.sync(transport).requestTimeout(Duration.ofMinutes(1));
	}

	private interface Step<T> {

		T run(int number) throws Exception;

	}

	/**
	 * One of many.
	 *
	 * @param name as a tool says it
	 * @param may what it may do
	 * @param token its token
	 * @param session its session, if there are any
	 */
	private record Client(String name, Set<String> may, String token, String session) {

	}

	/**
	 * Speaks MCP to one server. Each method returns what is wrong, or nothing.
	 *
	 * @param http sends
	 * @param url the endpoint
	 * @param suffix of the names of tools
	 */
	private record Wire(HttpClient http, String url, String suffix) {

		Wire(String url, String suffix) {
			this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), url, suffix);
		}

		Client begin(Client client) throws Exception {
			HttpResponse<String> begun = post(client, null, "initialize",
					"{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
							+ "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}");
			assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
			return new Client(client.name(), client.may(), client.token(),
					begun.headers().firstValue("Mcp-Session-Id").orElse(null));
		}

		String lists(Client client) throws Exception {
			String answer = post(client, client.session(), "tools/list", "{}").body();
			Set<String> names = new TreeSet<>();
			Matcher matcher = NAME.matcher(answer);
			while (matcher.find()) {
				names.add(matcher.group(1));
			}
			return names.equals(expected(this.suffix, client.may())) ? "" : client.name() + " lists " + answer;
		}

		String calls(Client client) throws Exception {
			String tool = client.may().contains("read") ? "read" : "open";
			String answer = call(client, client.session(), tool + this.suffix).body();
			return answer.contains((tool.equals("read") ? "read by " : "open to ") + client.name() + " [") ? ""
					: client.name() + " calls " + answer;
		}

		String callsWhatItMayNot(Client client) throws Exception {
			HttpResponse<String> answer = call(client, client.session(), "secret");
			return (answer.statusCode() == 403) ? "" : client.name() + " may call " + answer.body();
		}

		String usesTheSessionOf(Client client, Client other) throws Exception {
			HttpResponse<String> answer = call(client, other.session(), "open" + this.suffix);
			return (answer.statusCode() == 404) ? "" : client.name() + " is " + other.name() + ": " + answer.body();
		}

		private HttpResponse<String> call(Client client, String session, String tool) throws Exception {
			return post(client, session, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}}");
		}

		private HttpResponse<String> post(Client client, String session, String method, String parameters)
				throws Exception {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.url))
				.timeout(Duration.ofSeconds(60))
				.header("Content-Type", "application/json")
				.header("Accept", "application/json, text/event-stream")
				.header("Authorization", "Bearer " + client.token())
				.POST(HttpRequest.BodyPublishers
					.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}".formatted(method,
							parameters)));
			if (session != null) {
				request.header("Mcp-Session-Id", session);
			}
			return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}

	}

}
