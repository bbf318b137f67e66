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

package dev.lumoauth.spring.adk;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.ReadonlyContext;
import com.google.adk.agents.RunConfig;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import com.google.adk.tools.mcp.McpAsyncToolset;
import com.google.adk.tools.mcp.McpSessionManager;
import com.google.adk.tools.mcp.McpToolset;
import com.google.adk.tools.mcp.StreamableHttpServerParameters;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.Ticket;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.user.UserToken;
import io.reactivex.rxjava3.core.Flowable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tools of an MCP server, which ADK's own client calls.
 */
class McpServerToolsTests {

	private static final String API = "/t/acme-corp/api/v1";

	private static final RunConfig ONCE = RunConfig.builder().build();

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ScriptedLlm model = new ScriptedLlm();

	private final List<String> ends = new CopyOnWriteArrayList<>();

	private final List<List<Object>> codes = new ArrayList<>();

	private McpTestServer server;

	private AgentRuntime agent;

	private LumoAuthAdk adk;

	@BeforeEach
	void connect() throws Exception {
		this.server = new McpTestServer();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		exchange("agent-1", "mcp-agent");
		exchange("token-of-alice", "mcp-alice");
		exchange("token-of-bob", "mcp-bob");
		lumoAuth.stubFor(get(API + "/agents/me")
			.willReturn(okJson("{\"budget_policy\":{\"max_tokens_per_day\":100000,\"tokens_used_today\":0}}")));
		answer(true);
		this.agent = AgentRuntime.connect(LumoAuthAddresses.forTenant(URI.create(lumoAuth.baseUrl()), "acme-corp"),
				AgentCredentials.clientSecretBasic("agt_1", "secret"),
				(agent) -> agent.gate((runtime) -> new OneGate()));
		this.adk = LumoAuthAdk.of(this.agent)
			.withUsers((session) -> Set.of("alice", "bob").contains(session.userId())
					? UserToken.of("token-of-" + session.userId()) : null);
	}

	@AfterEach
	void close() {
		this.agent.close();
		this.server.close();
	}

	private static void exchange(String subject, String token) {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("subject_token", equalTo(subject))
			.withFormParam("audience", equalTo("urn:mcp:financial-data"))
			.willReturn(WireAgent.exchanged(token, 300)));
	}

	private static void answer(boolean allowed) {
		lumoAuth.stubFor(post(API + "/authz/check").withRequestBody(containing("mcp:financial"))
			.willReturn(okJson("{\"allowed\":" + allowed + ",\"permission\":\"mcp:financial\"}")));
	}

	private BaseToolset financial() {
		return this.adk.mcp(this.server.url(), "urn:mcp:financial-data", "mcp:financial");
	}

	private StreamableHttpServerParameters ofOthers() {
		return StreamableHttpServerParameters.builder()
			.url(this.server.url())
			.headers(Map.of("Authorization", "Bearer of others"))
			.build();
	}

	private void ask(String user, BaseToolset tools) {
		this.model.call("queryFinancials");
		TestAgent.run(LlmAgent.builder().name("analyst").model(this.model).tools(tools).build(), user, ONCE,
				this.adk.plugin());
	}

	@Test
	void sendsTheAgentsTokenForTheServer() {
		ask("alice", financial());
		assertThat(this.model.results().toString()).contains("EBITDA $1.2M");
		assertThat(this.server.received).isNotEmpty().allMatch((each) -> each.endsWith(" Bearer mcp-agent"));
	}

	@Test
	void hidesAndRefusesWhatIsDenied() {
		answer(false);
		ask("alice", financial());
		assertThat(this.model.results())
			.containsExactly(Map.of("error", "Error: agent lacks 'mcp:financial' capability."));
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).isEmpty();
		assertThat(this.server.received).noneMatch((each) -> each.startsWith("tools/call"));
	}

	@Test
	void thePolicyCountsBesideTheCapabilityOfTheServer() {
		this.adk = this.adk
			.withPolicy((tool) -> tool.name().equals("queryFinancials") ? new GuardTerms(null, true) : null);
		ask("nobody", financial());
		assertThat(this.model.results()).hasSize(1).allSatisfy((result) -> assertThat(result).containsKey("error"));
		assertThat(this.server.received).noneMatch((each) -> each.startsWith("tools/call"));
	}

	@Test
	void isGuardedWithoutThePluginToo() {
		answer(false);
		this.model.call("queryFinancials");
		TestAgent.run(LlmAgent.builder().name("analyst").model(this.model).tools(financial()).build(), ONCE);
		assertThat(this.model.results())
			.containsExactly(Map.of("error", "Error: agent lacks 'mcp:financial' capability."));
	}

	@Test
	void eachUserHasASessionAndATokenOfTheirOwn() {
		BaseToolset tools = this.adk.mcpForUsers(this.server.url(), "urn:mcp:financial-data", "mcp:financial");
		for (String user : List.of("alice", "bob", "alice", "bob")) {
			ask(user, tools);
			assertThat(this.model.results().toString()).contains("EBITDA $1.2M");
		}
		assertThat(this.server.received.stream().filter((each) -> each.startsWith("initialize")))
			.containsExactlyInAnyOrder("initialize Bearer mcp-alice", "initialize Bearer mcp-bob");
		assertThat(this.server.received.stream().filter((each) -> each.startsWith("tools/call"))).containsExactly(
				"tools/call Bearer mcp-alice", "tools/call Bearer mcp-bob", "tools/call Bearer mcp-alice",
				"tools/call Bearer mcp-bob");
	}

	@Test
	void aToolThatWasListedForOneUserIsRefusedToAnother() {
		BaseToolset tools = this.adk.mcpForUsers(this.server.url(), "urn:mcp:financial-data", "mcp:financial");
		List<BaseTool> listed = new ArrayList<>();
		BaseToolset keeping = new BaseToolset() {

			@Override
			public Flowable<BaseTool> getTools(ReadonlyContext context) {
				return listed.isEmpty() ? tools.getTools(context).doOnNext(listed::add) : Flowable.fromIterable(listed);
			}

			@Override
			public void close() {
			}

		};
		ask("alice", keeping);
		assertThat(this.model.results().toString()).contains("EBITDA $1.2M");
		ask("bob", keeping);
		assertThat(this.model.results()).containsExactly(Map.of("error", "Error: the tool is not permitted."));
		assertThat(this.server.received.stream().filter((each) -> each.startsWith("tools/call")))
			.containsExactly("tools/call Bearer mcp-alice");
	}

	@Test
	void offersNothingToASessionWithoutAUser() {
		this.model.say(ScriptedLlm.text("hello"));
		TestAgent.run(LlmAgent.builder()
			.name("analyst")
			.model(this.model)
			.tools(this.adk.mcpForUsers(this.server.url(), "urn:mcp:financial-data", "mcp:financial"))
			.build(), "mallory", ONCE, this.adk.plugin());
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).isEmpty();
		assertThat(this.server.received).isEmpty();
	}

	@Test
	void aServerThatFailsIsUnavailableAndNothingElse() {
		BaseToolset tools = financial();
		ask("alice", tools);
		this.model.before((request) -> this.server.statusOfCalls = 500);
		ask("alice", tools);
		assertThat(this.model.results())
			.containsExactly(Map.of("error", "Error: the tool's server is unavailable; try again later."));
	}

	@Test
	void fetchesAnotherTokenAfterOneThatTheServerDidNotAccept() {
		BaseToolset tools = financial();
		ask("alice", tools);
		exchange("agent-1", "mcp-second");
		this.model.before((request) -> this.server.statusOfCalls = 401);
		ask("alice", tools);
		assertThat(this.model.results())
			.containsExactly(Map.of("error", "Error: the tool's server is unavailable; try again later."));
		this.model.before((request) -> {
		});
		this.server.statusOfCalls = 200;
		ask("alice", tools);
		assertThat(this.model.results().toString()).contains("EBITDA $1.2M");
		assertThat(this.server.received.stream().filter((each) -> each.startsWith("tools/call"))).last()
			.isEqualTo("tools/call Bearer mcp-second");
	}

	/**
	 * ADK's own tools send a call that failed four times.
	 */
	@Test
	void aCallThatMayRunOnceIsSentOnceAndHasFailed() {
		this.adk = this.adk.withPolicy((tool) -> GuardTerms.of(new OneCallTerm()));
		BaseToolset tools = financial();
		ask("alice", tools);
		assertThat(this.model.results().toString()).contains("EBITDA $1.2M");
		this.server.statusOfCalls = 500;
		ask("alice", tools);
		assertThat(this.model.results())
			.containsExactly(Map.of("error", "Error: the tool's server is unavailable; try again later."));
		assertThat(this.ends).containsExactly("done", "failed");
		assertThat(this.server.received.stream().filter((each) -> each.startsWith("tools/call"))).hasSize(2);
	}

	@Test
	void aCallThatMayRunOnceIsSentOnceByTheToolsOfOthersToo() {
		McpToolset tools = new McpToolset(ofOthers());
		this.adk = this.adk.withPolicy((tool) -> GuardTerms.of(new OneCallTerm()));
		ask("alice", tools);
		assertThat(this.model.results().toString()).contains("EBITDA $1.2M");
		this.server.statusOfCalls = 500;
		assertThatException().isThrownBy(() -> ask("alice", tools));
		assertThat(this.ends).containsExactly("done", "failed");
		assertThat(this.server.received.stream().filter((each) -> each.startsWith("tools/call"))).hasSize(2);
	}

	/**
	 * So that a decision about a call is found again.
	 */
	@Test
	void aToolOfOthersIsTheSameInEachRequestAndAnotherInAnotherSession() {
		this.adk = this.adk.withPolicy((tool) -> GuardTerms.of(new OneCallTerm()));
		McpToolset tools = new McpToolset(ofOthers());
		ask("alice", tools);
		ask("alice", tools);
		ask("alice", new McpToolset(ofOthers()));
		assertThat(this.codes).hasSize(3);
		assertThat(this.codes.get(1)).isEqualTo(this.codes.get(0)).contains("queryFinancials");
		assertThat(this.codes.get(2)).isNotEqualTo(this.codes.get(0));
	}

	@Test
	void aToolThatWouldSendACallAgainMayNotMakeOneThatRunsOnce() {
		McpAsyncToolset tools = McpAsyncToolset.builder().mcpSessionManager(new McpSessionManager(ofOthers())).build();
		this.adk = this.adk.withPolicy((tool) -> GuardTerms.of(new OneCallTerm()));
		ask("alice", tools);
		assertThat(this.model.results()).containsExactly(Map.of("error", "Error: the tool is not permitted."));
		assertThat(this.codes).as("calls to decide about").isEmpty();
		assertThat(this.server.received).noneMatch((each) -> each.startsWith("tools/call"));
	}

	@Test
	void aSessionThatTheServerForgotIsOpenedAgain() {
		BaseToolset tools = financial();
		ask("alice", tools);
		this.model.before((request) -> this.server.sessions.clear());
		ask("alice", tools);
		assertThat(this.model.results().toString()).contains("EBITDA $1.2M");
	}

	@Test
	void refusesAToolOfAnotherObjectThatLacksThePolicy() {
		BaseToolset tools = financial();
		this.adk = this.adk.withPolicy((tool) -> new GuardTerms(null, true));
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> ask("alice", tools))
			.withMessageContaining("'queryFinancials'")
			.withMessageContaining("Give each LumoAuthAdk the same policy");
		assertThat(this.server.received).noneMatch((each) -> each.startsWith("tools/call"));
	}

	@Test
	void aServerForWhichTheAgentGetsNoTokenOffersNothing() {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.willReturn(jsonResponse("{\"error\":\"access_denied\",\"error_description\":\"secret policy\"}", 403)));
		this.model.say(ScriptedLlm.text("hello"));
		TestAgent.run(LlmAgent.builder().name("analyst").model(this.model).tools(financial()).build(), ONCE,
				this.adk.plugin());
		assertThat(ScriptedLlm.offered(this.model.requests.get(0))).isEmpty();
		assertThat(this.server.received).isEmpty();
	}

	@Test
	void aServerThatIsGoneAnswersForWhatItHad() {
		BaseToolset tools = financial();
		ask("alice", tools);
		this.server.close();
		ask("alice", tools);
		assertThat(this.model.results())
			.containsExactly(Map.of("error", "Error: the tool's server is unavailable; try again later."));
	}

	@Test
	void sendsNoTokenOverPlainHttpToAnotherMachine() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.adk.mcp("http://mcp.example.com/mcp", "urn:mcp:financial-data", "mcp:financial"));
	}

	@Test
	void keepsTheSessionsOfAThousandUsersOnly() {
		McpServerTools tools = (McpServerTools) this.adk.mcpForUsers(this.server.url(), "urn:mcp:financial-data",
				"mcp:financial");
		for (int i = 0; i < 3_000; i++) {
			String name = "user-" + i;
			tools.parties().put(name, tools.new Party());
		}
		assertThat(tools.parties().size()).isBetween(500L, 1_000L);
	}

	/**
	 * With a class of the MCP SDK 2.0 before those of the SDK 1.1, as with Spring AI's.
	 */
	@Test
	void refusesTheMcpSdkOfSpringAi(@TempDir Path folder) throws Exception {
		Path source = Files.writeString(folder.resolve("McpSchema.java"), """
				package io.modelcontextprotocol.spec;
				public final class McpSchema {
					public record JsonSchema(String type) { }
					public record Tool(String name, java.util.Map<String, Object> inputSchema) { }
				}
				""");
		ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), source.toString());
		List<URL> urls = new ArrayList<>(List.of(folder.toUri().toURL()));
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			urls.add(Path.of(entry).toUri().toURL());
		}
		try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			Method of = Stream.of(loader.loadClass(McpServerTools.class.getName()).getDeclaredMethods())
				.filter((method) -> method.getName().equals("of"))
				.findFirst()
				.orElseThrow();
			of.setAccessible(true);
			assertThatThrownBy(() -> of.invoke(null, URI.create("https://mcp.example.com/mcp"), null, null, null, null))
				.rootCause()
				.isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("ADK needs the MCP SDK 1.1");
		}
	}

	/**
	 * Lets each call run once, and notes how it ended.
	 */
	private final class OneGate implements Gate<OneCallTerm>, Ticket, Ticket.Run {

		@Override
		public Class<OneCallTerm> term() {
			return OneCallTerm.class;
		}

		@Override
		public int order() {
			return PERSON;
		}

		@Override
		public Admission admit(GuardedCall call, OneCallTerm term) {
			McpServerToolsTests.this.codes.add(new ArrayList<>(((IdentifiedCode) call.code()).identity()));
			return new Admission.Once(this);
		}

		@Override
		public Run begin() {
			return this;
		}

		@Override
		public void done(@Nullable String result) {
			McpServerToolsTests.this.ends.add("done");
		}

		@Override
		public void failed() {
			McpServerToolsTests.this.ends.add("failed");
		}

	}

}
