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

package dev.lumoauth.spring.mcp.transport;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.UnlistedTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.client.common.autoconfigure.McpClientAutoConfiguration;
import org.springframework.ai.mcp.client.common.autoconfigure.McpSseClientConnectionDetails;
import org.springframework.ai.mcp.client.common.autoconfigure.McpToolCallbackAutoConfiguration;
import org.springframework.ai.mcp.client.common.autoconfigure.StdioTransportAutoConfiguration;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpSseClientProperties;
import org.springframework.ai.mcp.client.httpclient.autoconfigure.SseHttpClientTransportAutoConfiguration;
import org.springframework.ai.mcp.client.httpclient.autoconfigure.StreamableHttpHttpClientTransportAutoConfiguration;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;

@SuppressWarnings("removal")
class McpConnectionsConfigurationTests {

	private static final String URL = "spring.ai.mcp.client.streamable-http.connections.financial.url=";

	private static final String FINANCIAL = "lumoauth.mcp.connections.financial.";

	private static final String AAUTH_NEEDS = "lumoauth.mcp.connections.financial has aauth=true, which needs a "
			+ "resource, and no audience and no discover.";

	private static final String AAUTH_ACTION = "Set lumoauth.mcp.connections.financial.resource alone, to the "
			+ "server's resource identifier at LumoAuth.";

	private static final String AUDIENCE = FINANCIAL + "audience=urn:mcp:financial-data";

	private final ApplicationContextRunner idle = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class,
						LumoAuthToolAutoConfiguration.class, LumoAuthMcpAutoConfiguration.class,
						McpClientAutoConfiguration.class, McpToolCallbackAutoConfiguration.class,
						StdioTransportAutoConfiguration.class, StreamableHttpHttpClientTransportAutoConfiguration.class,
						SseHttpClientTransportAutoConfiguration.class))
		.withPropertyValues("spring.ai.mcp.client.initialized=false");

	private final ApplicationContextRunner runner = this.idle.withPropertyValues("lumoauth.tenant=acme",
			"lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret");

	@Test
	void readsEverythingThatIsConfigured() {
		this.runner
			.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE,
					FINANCIAL + "resource=https://mcp.example.com", FINANCIAL + "scopes=mcp:read,mcp:write",
					FINANCIAL + "capability=mcp:financial", FINANCIAL + "tools.queryFinancials=mcp:financial:read",
					FINANCIAL + "tools[query.x]=a,b", FINANCIAL + "tools[query-y]=c", FINANCIAL + "on-behalf-of=user",
					FINANCIAL + "step-up-scopes=mcp:delete")
			.run((context) -> {
				McpConnections connections = context.getBean(McpConnections.class);
				assertThat(connections.names()).containsExactly("financial");
				assertThat(connections.address("financial")).satisfies((endpoint) -> {
					assertThat(endpoint.url()).isEqualTo(URI.create("https://mcp.example.com/mcp"));
					assertThat(endpoint.origin()).hasToString("https://mcp.example.com");
					assertThat(endpoint.connection())
						.isEqualTo(new McpConnection("financial", "urn:mcp:financial-data", "https://mcp.example.com",
								Set.of("mcp:read", "mcp:write"), CapabilityRequirement.of("mcp:financial"),
								Map.of("queryFinancials", CapabilityRequirement.of("mcp:financial:read"), "query.x",
										new CapabilityRequirement(List.of("a", "b"), Match.ALL), "query-y",
										CapabilityRequirement.of("c")),
								OnBehalfOf.USER, false, UnlistedTools.DENY, Set.of("mcp:delete")));
				});
			});
	}

	@Test
	void theAgentActsForItselfAndNoCapabilityIsNeededUnlessConfigured() {
		this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE)
			.run((context) -> assertThat(context.getBean(McpConnections.class).address("financial").connection())
				.isEqualTo(new McpConnection("financial", "urn:mcp:financial-data", null, Set.of(), null, Map.of(),
						OnBehalfOf.AGENT, false, UnlistedTools.DENY, Set.of())));
	}

	@Test
	void anythingElseIsNotListed() {
		this.runner
			.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE,
					"spring.ai.mcp.client.streamable-http.connections.other.url=http://other.example.com")
			.run((context) -> assertThat(context.getBean(McpConnections.class).address("other")).isNull());
	}

	@ParameterizedTest
	@CsvSource({ "https://mcp.example.com, /a/mcp, https://mcp.example.com/a/mcp",
			"https://mcp.example.com/base/, mcp, https://mcp.example.com/base/mcp",
			"http://localhost:8080, /mcp, http://localhost:8080/mcp",
			"https://mcp.example.com, https://mcp.example.com/x, https://mcp.example.com/x" })
	void leadsWhereSpringAisTransportGoes(String url, String endpoint, String full) {
		this.runner
			.withPropertyValues(URL + url, AUDIENCE,
					"spring.ai.mcp.client.streamable-http.connections.financial.endpoint=" + endpoint)
			.run((context) -> assertThat(context.getBean(McpConnections.class).address("financial").url())
				.hasToString(full));
	}

	@Test
	void readsSseConnectionsFromTheirConnectionDetails() {
		this.runner.withPropertyValues("lumoauth.mcp.connections.events.audience=urn:mcp:events")
			.withBean(McpSseClientConnectionDetails.class,
					() -> () -> Map.of("events",
							new McpSseClientProperties.SseParameters("https://sse.example.com", null)))
			.run((context) -> assertThat(context.getBean(McpConnections.class).address("events").url())
				.hasToString("https://sse.example.com/sse"));
	}

	@Test
	void refusesANameThatSpringAiDoesNotKnow() {
		expectProblem(
				this.runner.withPropertyValues(URL + "https://mcp.example.com",
						"lumoauth.mcp.connections.finance.audience=urn:mcp:financial-data",
						"spring.ai.mcp.client.sse.connections.events.url=https://sse.example.com"),
				"lumoauth.mcp.connections.finance names a connection over HTTP that Spring AI does not know.",
				"Define the connection under spring.ai.mcp.client.streamable-http.connections.finance, or use "
						+ "an existing name: events, financial.");
	}

	@Test
	void refusesAConnectionOfTheModernProtocol() {
		String property = "spring.ai.mcp.client.streamable-http.connections.financial.protocol";
		expectProblem(this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE, property + "=modern"),
				property + " is MODERN, whose requests would carry no token and whose tools would run unchecked.",
				"Remove " + property + ".");
	}

	@Test
	void saysThatThereIsNoConnectionAtAll() {
		expectProblem(this.runner.withPropertyValues(AUDIENCE),
				"lumoauth.mcp.connections.financial names a connection over HTTP that Spring AI does not know.",
				"Define the connection under spring.ai.mcp.client.streamable-http.connections.financial, or use "
						+ "an existing name: there is none.");
	}

	@Test
	void refusesAConnectionToALocalProcess() {
		expectProblem(
				this.runner.withPropertyValues(AUDIENCE,
						"spring.ai.mcp.client.stdio.connections.financial.command=true"),
				"lumoauth.mcp.connections.financial names a connection over HTTP that Spring AI does not know.",
				"Define the connection under spring.ai.mcp.client.streamable-http.connections.financial, or use "
						+ "an existing name: there is none.");
	}

	@Test
	void refusesANameThatSeveralConnectionsHave() {
		expectProblem(
				this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE,
						"spring.ai.mcp.client.sse.connections.financial.url=https://sse.example.com"),
				"lumoauth.mcp.connections.financial could be one of several connections: Spring AI has more than one "
						+ "of that name under spring.ai.mcp.client.",
				"Give each connection under spring.ai.mcp.client a unique name.");
	}

	@Test
	void refusesAConnectionWithoutATarget() {
		expectProblem(
				this.runner.withPropertyValues(URL + "https://mcp.example.com", FINANCIAL + "capability=mcp:financial",
						FINANCIAL + "audience="),
				"lumoauth.mcp.connections.financial does not say what its tokens are for.",
				"Set lumoauth.mcp.connections.financial.audience to the server's id at LumoAuth, or "
						+ "lumoauth.mcp.connections.financial.resource to its registered address, or "
						+ "lumoauth.mcp.connections.financial.discover=true to read both from the server (RFC 9728).");
	}

	@Test
	void refusesAServerIdThatNobodyIsAskedBy() {
		expectProblem(
				this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE,
						FINANCIAL + "server-id=mcp_1"),
				"lumoauth.mcp.connections.financial.server-id has no effect without decide-by=authorize.",
				"Remove lumoauth.mcp.connections.financial.server-id, or set "
						+ "lumoauth.mcp.connections.financial.decide-by=authorize.");
	}

	@Test
	void refusesToAskAboutAServerWithoutAnId() {
		expectProblem(
				this.runner.withPropertyValues(URL + "https://mcp.example.com", FINANCIAL + "discover=true",
						FINANCIAL + "decide-by=authorize"),
				"lumoauth.mcp.connections.financial has decide-by=authorize, but nothing says which server LumoAuth is "
						+ "asked about.",
				"Set lumoauth.mcp.connections.financial.server-id to the server's id at LumoAuth.");
	}

	@ParameterizedTest
	@CsvSource({ "audience=urn:mcp:financial-data, urn:mcp:financial-data",
			"resource=https://mcp.example.com, https://mcp.example.com", "server-id=mcp_1, mcp_1" })
	void asksAboutTheServerByItsIdOrElseByItsTarget(String property, String serverId) {
		this.runner
			.withPropertyValues(URL + "https://mcp.example.com", FINANCIAL + "resource=https://mcp.example.com",
					FINANCIAL + "decide-by=authorize", FINANCIAL + property)
			.run((context) -> assertThat(
					context.getBean(McpConnections.class).address("financial").connection().serverId())
				.isEqualTo(serverId));
	}

	@Test
	void refusesToDiscoverAResourceThatIsConfigured() {
		expectProblem(
				this.runner.withPropertyValues(URL + "https://mcp.example.com",
						FINANCIAL + "resource=https://mcp.example.com", FINANCIAL + "discover=true"),
				"lumoauth.mcp.connections.financial has both resource and discover=true, which reads the resource "
						+ "from the server.",
				"Remove lumoauth.mcp.connections.financial.resource, or lumoauth.mcp.connections.financial.discover.");
	}

	@Test
	void refusesASignedConnectionWithoutAResource() {
		expectProblem(this.runner.withPropertyValues(URL + "https://mcp.example.com", FINANCIAL + "aauth=true"),
				AAUTH_NEEDS, AAUTH_ACTION);
	}

	@Test
	void refusesASignedConnectionThatDiscoversItsTarget() {
		expectProblem(this.runner.withPropertyValues(URL + "https://mcp.example.com",
				FINANCIAL + "resource=https://mcp.example.com", FINANCIAL + "aauth=true", FINANCIAL + "discover=true"),
				AAUTH_NEEDS, AAUTH_ACTION);
	}

	@Test
	void refusesASignedConnectionWithAnAudience() {
		expectProblem(
				this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE,
						FINANCIAL + "resource=https://mcp.example.com", FINANCIAL + "aauth=true"),
				AAUTH_NEEDS, AAUTH_ACTION);
	}

	@Test
	void refusesASignedConnectionThatNothingCanSignFor() {
		this.runner
			.withPropertyValues(URL + "https://mcp.example.com", FINANCIAL + "resource=https://mcp.example.com",
					FINANCIAL + "aauth=true")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("lumoauth.mcp.connections.financial.aauth is true, and nothing can sign"));
	}

	@Test
	void discoversTheTargetOfAConfiguredAudienceToo() {
		this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE, FINANCIAL + "discover=true")
			.run((context) -> assertThat(context.getBean(McpConnections.class).address("financial").connection())
				.satisfies((connection) -> {
					assertThat(connection.discover()).isTrue();
					assertThat(connection.audience()).isEqualTo("urn:mcp:financial-data");
				}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://mcp.example.com", "http://10.0.0.1", "mcp.example.com", "ftp://mcp.example.com",
			"https://mcp example.com", "${MCP_URL:}x" })
	void refusesToSendATokenToAnythingButHttps(String url) {
		expectProblem(this.runner.withPropertyValues(URL + url, AUDIENCE),
				"spring.ai.mcp.client.streamable-http.connections.financial.url must not receive tokens: '"
						+ url.replace("${MCP_URL:}", "") + "'.",
				"Set spring.ai.mcp.client.streamable-http.connections.financial.url to an https address, such as "
						+ "https://reports.example.com. Plain http works for localhost, 127.0.0.1 and [::1] only.");
	}

	@Test
	void aConnectionThatIsNotListedMayBeAnywhere() {
		this.runner.withPropertyValues(URL + "http://mcp.example.com")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void refusesCredentialsInTheAddressWithoutRepeatingThem() {
		this.runner
			.withPropertyValues(URL + "https://user:pa55word@mcp.example.com", AUDIENCE,
					FINANCIAL + "resource=https://user:pa55word@mcp.example.com")
			.run((context) -> assertThat(problems(context.getStartupFailure())).hasSize(2)
				.allSatisfy((problem) -> assertThat(problem.toString()).contains("value not shown")
					.doesNotContain("pa55word")));
	}

	@Test
	void repeatsNoQueryOfAnAddress() {
		this.runner.withPropertyValues(URL + "http://mcp.example.com?key=pa55word", AUDIENCE)
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.contains("http://mcp.example.com")
				.doesNotContain("pa55word"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "//evil.example.com/mcp", "https://evil.example.com/mcp", ":8443/mcp", "/m cp" })
	void refusesAnEndpointThatLeadsAway(String endpoint) {
		this.runner
			.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE,
					"spring.ai.mcp.client.streamable-http.connections.financial.endpoint=" + endpoint)
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.contains("spring.ai.mcp.client.streamable-http.connections.financial"));
	}

	@ParameterizedTest
	@CsvSource({ "capability=a b, capability has 'a b'", "capability[0]=, capability has ''",
			"tools.query=a b, tools[query] has 'a b'", "scopes=a b, scopes has 'a b'",
			"step-up-scopes=a b, step-up-scopes has 'a b'",
			"audience=urn:a b, audience is not a valid server id: 'urn:a b'",
			"resource=mcp.example.com, resource is not an absolute URI without a user name and a fragment",
			"resource=https://me:pw@mcp.example.com, resource is not an absolute URI without a user name",
			"resource=https://mcp.example.com#x, resource is not an absolute URI without a user name and a fragment" })
	void refusesWhatCannotBeMeant(String property, String description) {
		this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE, FINANCIAL + property)
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.extracting(Problem::description)
				.asString()
				.startsWith(FINANCIAL + description));
	}

	@Test
	void reportsAllThatIsWrongAtOnce() {
		this.runner
			.withPropertyValues(URL + "http://mcp.example.com", FINANCIAL + "capability=a b",
					"lumoauth.mcp.connections.finance.scopes=a")
			.run((context) -> assertThat(problems(context.getStartupFailure())).extracting(Problem::description)
				.hasSize(5));
	}

	@ParameterizedTest
	@ValueSource(strings = { "capabilty=mcp:financial", "capabilities=mcp:financial", "on-behalf=user" })
	void refusesAMistypedName(String property) {
		this.runner.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE, FINANCIAL + property)
			.run((context) -> assertThat(NestedExceptionUtils.getRootCause(context.getStartupFailure()))
				.isInstanceOf(UnboundConfigurationPropertiesException.class)
				.hasMessageContaining(FINANCIAL + property.substring(0, property.indexOf('='))));
	}

	@Test
	void doesNotStartWithConnectionsAndWithoutAnIdentity() {
		expectProblem(this.idle.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE),
				"lumoauth.mcp.connections.financial needs a token, but LumoAuth is not configured.",
				Activation.IDLE.action());
	}

	@Test
	void doesNotStartWithConnectionsAndWithoutAnIdentityWhereBeansAreLazy() {
		this.idle
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues(URL + "https://mcp.example.com", AUDIENCE)
			.run((context) -> assertThat(problems(context.getStartupFailure())).hasSize(1));
	}

	@Test
	void anIdleApplicationWithoutListedConnectionsStarts() {
		this.idle.withPropertyValues(URL + "https://mcp.example.com")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void looksAtNothingWhereSpringAisClientIsTurnedOff() {
		this.runner.withPropertyValues(AUDIENCE, McpClientCommonProperties.CONFIG_PREFIX + ".enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(McpConnections.class));
	}

	@Test
	void standsBackWithoutSpringAisClient() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
					LumoAuthToolAutoConfiguration.class, LumoAuthMcpAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.ai.mcp", "io.modelcontextprotocol"))
			.withPropertyValues(AUDIENCE)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("lumoAuthMcpConnections"));
	}

	private static void expectProblem(ApplicationContextRunner runner, String description, String action) {
		runner.run((context) -> assertThat(problems(context.getStartupFailure()))
			.containsExactly(new Problem(description, action)));
	}

	private static List<Problem> problems(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidLumoAuthConfigurationException)) {
			cause = cause.getCause();
		}
		assertThat(cause).as("failure: %s", failure).isNotNull();
		return ((InvalidLumoAuthConfigurationException) cause).problems();
	}

}
