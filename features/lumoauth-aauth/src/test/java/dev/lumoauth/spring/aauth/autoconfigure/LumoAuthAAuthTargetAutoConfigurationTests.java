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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.servlet.HandlerExceptionResolver;

import dev.lumoauth.spring.aauth.agent.AAuthClients;
import dev.lumoauth.spring.aauth.agent.AAuthConsentExceptionResolver;
import dev.lumoauth.spring.aauth.agent.AAuthConsentFilter;
import dev.lumoauth.spring.aauth.agent.AAuthTargets;
import dev.lumoauth.spring.aauth.agent.AAuthUserTokens;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.token.TokenProtocol;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.UserToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link LumoAuthAAuthTargetAutoConfiguration}.
 */
class LumoAuthAAuthTargetAutoConfigurationTests {

	private static final AutoConfigurations ALL = AutoConfigurations.of(SslAutoConfiguration.class,
			LumoAuthAutoConfiguration.class, LumoAuthAAuthAutoConfiguration.class,
			LumoAuthAAuthTargetAutoConfiguration.class);

	private static final String[] AGENT = { "lumoauth.org-id=acme-corp", "lumoauth.client-id=agt_1",
			"lumoauth.client-authentication-method=aauth", "lumoauth.aauth.agent=https://agent.example.com" };

	private static final String[] DOCUMENTS = {
			"lumoauth.aauth.targets.documents.resource=https://documents.example.com",
			"lumoauth.aauth.targets.documents.url=https://documents.example.com/api",
			"lumoauth.aauth.targets.documents.scopes=read,write",
			"lumoauth.aauth.targets.documents.redirect-uri=https://app.example.com/aauth/documents" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(ALL);

	private final ApplicationContextRunner agent = this.runner.withPropertyValues(AGENT);

	private final WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(ALL)
		.withPropertyValues(AGENT);

	@Test
	void isNotThereWithoutAnAgentThatSigns() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenProtocol.class));
		this.runner.withPropertyValues("lumoauth.aauth.agent=https://agent.example.com")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenProtocol.class));
	}

	@Test
	void knowsTheConfiguredResources() {
		this.agent.withPropertyValues(DOCUMENTS).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(AAuthTargets.class).hasSingleBean(AAuthUserTokens.class);
			assertThat(isFor(context.getBean(AAuthTargets.class), "https://documents.example.com")).isTrue();
			assertThat(isFor(context.getBean(AAuthTargets.class), "https://other.example.com")).isFalse();
			AAuthClients clients = context.getBean(AAuthClients.class);
			assertThat(clients.interceptor("documents")).isNotNull();
			assertThatIllegalArgumentException().isThrownBy(() -> clients.interceptor("other"));
			// There is no web application to send anybody back to.
			assertThat(context).doesNotHaveBean(AAuthConsentFilter.class);
		});
	}

	@Test
	void theAgentOfAChildContextSignsThere() {
		this.agent.withPropertyValues(DOCUMENTS)
			.run((parent) -> this.agent.withParent(parent.getSourceApplicationContext())
				.withPropertyValues(DOCUMENTS)
				.withPropertyValues("lumoauth.client-id=agt_2", "lumoauth.aauth.agent=https://child.example.com")
				.run((child) -> {
					assertThat(child.getBean(AAuthTargets.class)).isNotSameAs(parent.getBean(AAuthTargets.class));
					assertThat(child.getBean(AAuthClients.class)).isNotSameAs(parent.getBean(AAuthClients.class));
					assertThat(child.getBean(AAuthUserTokens.class)).isNotSameAs(parent.getBean(AAuthUserTokens.class));
				}));
	}

	@Test
	void knowsTheSignedMcpConnections() {
		this.agent
			.withPropertyValues("lumoauth.mcp.connections.financial.aauth=true",
					"lumoauth.mcp.connections.financial.resource=https://mcp.example.com",
					"spring.ai.mcp.client.streamable-http.connections.financial.url=https://mcp.example.com",
					"lumoauth.mcp.connections.plain.resource=https://plain.example.com",
					"lumoauth.mcp.connections.events.aauth=true",
					"lumoauth.mcp.connections.events.resource=https://events.example.com")
			.run((context) -> {
				AAuthTargets targets = context.getBean(AAuthTargets.class);
				assertThat(isFor(targets, "https://mcp.example.com")).isTrue();
				assertThat(isFor(targets, "https://events.example.com")).isTrue();
				assertThat(isFor(targets, "https://plain.example.com")).isFalse();
			});
	}

	@Test
	void asksAnMcpServerAtItsEndpoint() {
		TargetMcpConnections.Signed streamable = new TargetMcpConnections.Signed("https://mcp.example.com",
				URI.create("https://mcp.example.com/mcp"), Set.of());
		assertThat(streamable.target("a").url()).hasToString("https://mcp.example.com/mcp");
		this.agent
			.withPropertyValues("lumoauth.mcp.connections.a.aauth=true", "lumoauth.mcp.connections.a.resource=urn:a",
					"spring.ai.mcp.client.streamable-http.connections.a.url=https://a.example.com",
					"lumoauth.mcp.connections.b.aauth=true", "lumoauth.mcp.connections.b.resource=urn:b",
					"spring.ai.mcp.client.streamable-http.connections.b.url=https://b.example.com",
					"spring.ai.mcp.client.streamable-http.connections.b.endpoint=/tools",
					"lumoauth.mcp.connections.c.aauth=true", "lumoauth.mcp.connections.c.resource=urn:c",
					"spring.ai.mcp.client.sse.connections.c.url=https://c.example.com")
			.run((context) -> assertThat(TargetMcpConnections.of(Binder.get(context.getEnvironment())).values())
				.extracting((signed) -> signed.address().toString())
				.containsExactlyInAnyOrder("https://a.example.com/mcp", "https://b.example.com/tools",
						"https://c.example.com/sse"));
	}

	@Test
	void saysThatNothingTellsWhereAResourceIs() {
		this.agent
			.withPropertyValues("lumoauth.mcp.connections.financial.aauth=true",
					"lumoauth.mcp.connections.financial.resource=urn:mcp:financial")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.contains("lumoauth.mcp.connections.financial"));
	}

	@Test
	void refusesTheSameResourceTwice() {
		this.agent.withPropertyValues(DOCUMENTS)
			.withPropertyValues("lumoauth.aauth.targets.again.resource=https://documents.example.com",
					"lumoauth.aauth.targets.again.url=https://again.example.com")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.contains("lumoauth.aauth.targets.again.resource", "lumoauth.aauth.targets.documents.resource"));
	}

	@Test
	void refusesServersThatCantBeTold() {
		this.agent.withPropertyValues("lumoauth.aauth.targets.a.resource=https://a.example",
				"lumoauth.aauth.targets.a.url=https://a.example/one", "lumoauth.aauth.targets.a.scopes=read,a b",
				"lumoauth.aauth.targets.b.resource=https://b.example",
				"lumoauth.aauth.targets.b.url=https://a.example/two",
				"lumoauth.aauth.targets.c.url=https://user:password-1@calendar.example",
				"lumoauth.aauth.targets.d.resource=https://d.example",
				"lumoauth.aauth.targets.e.resource=https://e.example", "lumoauth.aauth.targets.e.url=http://e.example")
			.run((context) -> {
				assertThat(problems(context.getStartupFailure())).containsExactlyInAnyOrder(
						"lumoauth.aauth.targets.a.scopes has 'a b', which is not a valid scope. Write the scopes as a "
								+ "list, or with commas between them: no blanks, quotes or backslashes.",
						"lumoauth.aauth.targets.b.url and lumoauth.aauth.targets.a.url have the same origin. Remove "
								+ "one of the two: scheme, host and port decide which tokens a request gets.",
						"lumoauth.aauth.targets.c.resource is missing. Set lumoauth.aauth.targets.c.resource to the "
								+ "identifier under which LumoAuth knows the resource.",
						"lumoauth.aauth.targets.c.url has a user name (value not shown). Set "
								+ "lumoauth.aauth.targets.c.url to the address of the server only.",
						"lumoauth.aauth.targets.d.url is missing. Set lumoauth.aauth.targets.d.url to the address of "
								+ "the server.",
						"lumoauth.aauth.targets.e.url must not receive tokens: 'http://e.example'. Set "
								+ "lumoauth.aauth.targets.e.url to an https address, such as "
								+ "https://reports.example.com. Plain http works for localhost, 127.0.0.1 and [::1] "
								+ "only.");
				assertThat(context.getStartupFailure())
					.satisfies((failure) -> assertThat(failure.toString()).doesNotContain("password-1"));
			});
	}

	@Test
	void refusesARedirectUriWithoutAPath() {
		this.agent.withPropertyValues(DOCUMENTS)
			.withPropertyValues("lumoauth.aauth.targets.documents.redirect-uri=https://app.example.com")
			.run((context) -> assertThat(problems(context.getStartupFailure())).singleElement()
				.asString()
				.contains("lumoauth.aauth.targets.documents.redirect-uri must have a path"));
	}

	@Test
	void asksUsersInAWebApplicationAfterTheyHaveSignedIn() {
		this.web.withPropertyValues(DOCUMENTS).run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(AAuthConsentFilter.class)
				.hasSingleBean(AAuthConsentExceptionResolver.class);
			FilterRegistrationBean<?> registration = context.getBean(FilterRegistrationBean.class);
			assertThat(registration.getFilter()).isSameAs(context.getBean(AAuthConsentFilter.class));
			assertThat(registration.getOrder()).isGreaterThan(-100);
		});
	}

	@Test
	void asksUsersWithoutSpringMvcToo() {
		this.web.withPropertyValues(DOCUMENTS)
			.withClassLoader(new FilteredClassLoader(HandlerExceptionResolver.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(AAuthConsentFilter.class));
	}

	@Test
	void worksWithoutAWebClient() {
		this.agent.withPropertyValues(DOCUMENTS)
			.withClassLoader(new FilteredClassLoader(WebClient.class))
			.run((context) -> assertThat(context.getBean(AAuthClients.class).interceptor("documents")).isNotNull());
	}

	@Test
	void backsOffFromTheApplicationsOwn() {
		this.agent.withPropertyValues(DOCUMENTS)
			.withUserConfiguration(Own.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(TokenProtocol.class)
				.doesNotHaveBean(AAuthTargets.class));
	}

	private static boolean isFor(AAuthTargets targets, String resource) {
		return targets.isFor(new TokenTarget(null, resource, Set.of()));
	}

	private static List<String> problems(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidLumoAuthConfigurationException)) {
			cause = cause.getCause();
		}
		assertThat(cause).as("failure: %s", failure).isNotNull();
		return ((InvalidLumoAuthConfigurationException) cause).problems()
			.stream()
			.map((problem) -> problem.description() + " " + problem.action())
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		TokenProtocol ownTargets() {
			return new TokenProtocol() {

				@Override
				public AuthorizationGrantType grant() {
					return new AuthorizationGrantType("other");
				}

				@Override
				public boolean isFor(TokenTarget target) {
					return false;
				}

				@Override
				public String keyThumbprint() {
					return "none";
				}

				@Override
				public OAuth2AccessToken get(TokenTarget target, UserToken user) {
					throw new IllegalStateException("for nobody");
				}

			};
		}

	}

}
