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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.util.Map;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.mcp.server.McpServerSecurity;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.server.common.autoconfigure.McpServerAutoConfiguration;
import org.springframework.ai.mcp.server.common.autoconfigure.McpServerJsonMapperAutoConfiguration;
import org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerSseWebMvcAutoConfiguration;
import org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStatelessWebMvcAutoConfiguration;
import org.springframework.ai.mcp.server.webmvc.autoconfigure.McpServerStreamableHttpWebMvcAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.PropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An MCP server that is thought to be closed starts closed or not at all.
 */
class McpServerStartTests {

	private final WebApplicationContextRunner server = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class,
				LumoAuthMcpServerAutoConfiguration.class, McpServerJsonMapperAutoConfiguration.class,
				McpServerAutoConfiguration.class, McpServerStreamableHttpWebMvcAutoConfiguration.class,
				McpServerStatelessWebMvcAutoConfiguration.class));

	private final WebApplicationContextRunner runner = this.server
		.withPropertyValues("spring.ai.mcp.server.protocol=STREAMABLE");

	private static String[] with(String... more) {
		String[] all = new String[more.length + 2];
		all[0] = "lumoauth.tenant=acme-corp";
		all[1] = "lumoauth.mcp.server.audience=urn:mcp:reports";
		System.arraycopy(more, 0, all, 2, more.length);
		return all;
	}

	private static void refuses(WebApplicationContextRunner runner, String message) {
		runner.run((context) -> assertThat(context).getFailure()
			.extracting(NestedExceptionUtils::getMostSpecificCause, InstanceOfAssertFactories.THROWABLE)
			.isInstanceOfAny(InvalidLumoAuthConfigurationException.class, LumoAuthSetupException.class)
			.hasMessageContaining(message));
	}

	@Test
	void startsWithoutAnAgentOfItsOwn() {
		this.runner.withPropertyValues(with()).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(McpServerSecurity.class);
			assertThat(context.getBean(McpServerSecurity.class).paths()).containsExactly("/mcp");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "/mcp", "/reports" })
	@ExtendWith(OutputCaptureExtension.class)
	void saysWhichPathItGuards(String path, CapturedOutput output) {
		this.runner.withPropertyValues(with("spring.ai.mcp.server.streamable-http.mcp-endpoint=" + path))
			.run((context) -> assertThat(output.getOut())
				.containsOnlyOnce("The MCP server at " + path + " accepts only tokens for 'urn:mcp:reports'"));
	}

	@Test
	void isClosedByWhatIsSetWhereNothingCanBeListed() {
		Map<String, String> jndi = Map.of("lumoauth.mcp.server.audience", "urn:mcp:reports");
		this.runner
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new PropertySource<Object>("jndi", new Object()) {

					@Override
					public Object getProperty(String name) {
						return jndi.get(name);
					}

				}))
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(McpServerSecurity.class);
				assertThat(context.getBean(McpServerSecurity.class).paths()).containsExactly("/mcp");
			});
	}

	@Test
	void doesNothingWithoutAWordAboutIt() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(McpServerSecurity.class));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			lumoauth.mcp.server.audience=                       | configured without lumoauth.mcp.server.audience
			lumoauth.mcp.server.audience=${NOBODY:}             | configured without lumoauth.mcp.server.audience
			lumoauth.tenant=                                    | are both missing
			lumoauth.enabled=false                              | turned off
			lumoauth.mcp.server.decide-for=self                 | has no default agent to make the decisions for
			lumoauth.mcp.server.allowed-hosts=https://a.example | allowed-hosts has 'https://a.example'
			lumoauth.mcp.server.allowed-hosts=*                 | allowed-hosts has '*'
			lumoauth.mcp.server.allowed-origins=a.example       | allowed-origins has 'a.example'
			lumoauth.mcp.server.allowed-origins=*               | allowed-origins has '*'
			lumoauth.mcp.server.allowed-origins=http://*        | allowed-origins has 'http://*'
			lumoauth.mcp.server.allowed-origins=http://*:*      | allowed-origins has 'http://*:*'
			lumoauth.mcp.server.resource=http://a.example/mcp   | resource is not an https address
			lumoauth.mcp.server.resource=/mcp                   | resource is not an https address
			lumoauth.mcp.server.resource=https://a.example/mcp# | resource is not an https address
			lumoauth.mcp.server.max-request-size=0B             | max-request-size is 0, which
			lumoauth.mcp.server.max-requests-per-caller=0       | max-requests-per-caller is 0
			lumoauth.mcp.server.sessions.max=0                  | sessions.max is 0
			lumoauth.mcp.server.scopes[0]=a b                   | which is not a valid scope
			spring.ai.mcp.server.stdio=true                     | one of its transports is not one of Spring AI
			spring.ai.mcp.server.enabled=false                  | no MCP server is served over HTTP
			""")
	void saysWhatIsWrong(String property, String message) {
		refuses(this.runner.withPropertyValues(with(property)), message);
	}

	/**
	 * Spring AI's own default is MCP's old transport.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "spring.ai.mcp.server.protocol=SSE", "x=y" })
	@SuppressWarnings("removal")
	void refusesTheTransportThatMcpHasReplaced(String property) {
		refuses(this.server.withConfiguration(AutoConfigurations.of(McpServerSseWebMvcAutoConfiguration.class))
			.withPropertyValues(with(property)), "one of its transports is not one of Spring AI's");
	}

	@Test
	void countsOnNothingThatIsOnlyHalfConfigured() {
		refuses(this.runner.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s", "lumoauth.mcp.server.scopes=mcp:reports"),
				"configured without lumoauth.mcp.server.audience");
	}

	@Test
	void namesTheDependencyThatIsMissing() {
		refuses(this.runner.withPropertyValues(with())
			.withClassLoader(new FilteredClassLoader("org.springframework.security.oauth2.server.resource")),
				"needs Spring Security's resource server");
	}

	@ParameterizedTest
	@CsvSource({ "decide-by, guess", "decide-for, anybody", "audiance, urn:x" })
	void refusesAWordThatItDoesNotKnow(String name, String value) {
		this.runner.withPropertyValues(with("lumoauth.mcp.server." + name + "=" + value))
			.run((context) -> assertThat(context).hasFailed());
	}

}
