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

package dev.lumoauth.spring.workload.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.workload.PlatformTokenSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link PlatformCredentials}.
 */
class PlatformCredentialsTests {

	private static final String TOKEN = "/t/acme/api/v1/oauth/token";

	/** Nobody signed it. */
	private static final String PLATFORM_TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJsdW1vYXV0aCJ9.c2lnbmVk";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthWorkloadIdentityAutoConfiguration.class))
		.withPropertyValues("lumoauth.url=https://lumoauth.example.com", "lumoauth.tenant=acme",
				"lumoauth.client-id=agt_1");

	@ParameterizedTest
	@ValueSource(strings = { "workload-identity", "client-assertion" })
	void aPlatformThatIsMissing(String method) {
		refused("lumoauth.client-authentication-method is " + method
				+ ", but lumoauth.workload-identity.provider is missing.",
				"Set lumoauth.workload-identity.provider to the platform that the application runs on, or define a "
						+ "bean of the type PlatformTokenSource.",
				"lumoauth.client-authentication-method=" + method);
	}

	@ParameterizedTest
	@ValueSource(strings = { "token-file=/tmp/any", "token-environment-variable=ANY" })
	void aTokenWithoutItsPlatform(String token) {
		refused("lumoauth.workload-identity says where a token is, but lumoauth.workload-identity.provider is missing.",
				"Set lumoauth.workload-identity.provider to the platform that the application runs on, or define a "
						+ "bean of the type PlatformTokenSource.",
				"lumoauth.workload-identity." + token);
	}

	@Test
	void twoPlacesOfAPlatformsToken() {
		refused("lumoauth.workload-identity.token-file and lumoauth.workload-identity.token-environment-variable are "
				+ "both set.", "Remove one of them.", "lumoauth.workload-identity.provider=oidc",
				"lumoauth.workload-identity.token-file=/tmp/any",
				"lumoauth.workload-identity.token-environment-variable=ANY");
	}

	@Test
	void noPlaceOfAPlatformsToken() {
		refused("lumoauth.workload-identity.provider is oidc, but nothing says where its token is.",
				"Set lumoauth.workload-identity.token-file or lumoauth.workload-identity.token-environment-variable, "
						+ "or define a bean of the type PlatformTokenSource.",
				"lumoauth.workload-identity.provider=oidc");
	}

	@Test
	void aPlatformAndASecret() {
		refused("There are both lumoauth.workload-identity.provider and a client secret.",
				"Remove lumoauth.client-secret (or the environment variable AGENT_CLIENT_SECRET), "
						+ "or set lumoauth.client-authentication-method to say which of them " + "counts.",
				"lumoauth.workload-identity.provider=kubernetes", "lumoauth.client-secret=s3cret-MARKER");
	}

	@Test
	void aPlatformAndASecretInAFileOfANamedAgent() {
		refused("There are both lumoauth.agents.writer.workload-identity.provider and a client secret.",
				"Remove lumoauth.agents.writer.client-secret-file, or set "
						+ "lumoauth.agents.writer.client-authentication-method to say which of them counts.",
				"lumoauth.client-secret=s", "lumoauth.agents.writer.client-id=agt_w",
				"lumoauth.agents.writer.workload-identity.provider=kubernetes",
				"lumoauth.agents.writer.client-secret-file=/tmp/any");
	}

	@Test
	void aClientIdIsNeededAndIsNoSecret() {
		refused("lumoauth.client-id is missing.",
				"Set lumoauth.client-id (or the environment variable AGENT_CLIENT_ID) to the agent's client id. "
						+ "The client id is not a secret. It is needed even though something else proves who "
						+ "the agent is.",
				"lumoauth.client-id=", "lumoauth.workload-identity.provider=kubernetes");
	}

	@Test
	void aSourceOfTheApplicationNeedsNoProvider() {
		this.runner.withBean(PlatformTokenSource.class, () -> () -> "a.b.c")
			.withPropertyValues("lumoauth.client-authentication-method=workload-identity")
			.run((context) -> assertThat(context.getBean(LumoAuthTokens.class).authentication().method())
				.isEqualTo("workload_identity"));
	}

	@Test
	void doesNotStartWithAnAttestation() {
		this.runner
			.withPropertyValues("lumoauth.dpop.enabled=true", "lumoauth.client-authentication-method=workload-identity",
					"lumoauth.workload-identity.provider=kubernetes", "lumoauth.workload-identity.mode=attest")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("lumoauth.dpop.enabled")
				.hasMessageContaining("lumoauth.workload-identity.mode"));
	}

	@ParameterizedTest
	@CsvSource({ "oidc, oidc", "kubernetes, kubernetes" })
	void sendsThePlatformsName(String provider, String sent) throws Exception {
		Path token = Files.writeString(this.directory.resolve("token"), PLATFORM_TOKEN);
		lumoAuth.stubFor(post(TOKEN)
			.willReturn(okJson("{\"access_token\":\"agent-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
		this.runner
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.workload-identity.provider=" + provider,
					"lumoauth.workload-identity.token-file=" + token)
			.run((context) -> assertThat(context.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
				.isEqualTo("agent-1"));
		lumoAuth.verify(1, postRequestedFor(urlEqualTo(TOKEN)).withFormParam("subject_token", equalTo(PLATFORM_TOKEN))
			.withFormParam("subject_issuer", equalTo(sent)));
	}

	@Test
	void attestsTheAgentById() throws Exception {
		Path token = Files.writeString(this.directory.resolve("token"), PLATFORM_TOKEN);
		lumoAuth.stubFor(post("/t/acme/api/v1/agents/agt_2/attest")
			.willReturn(okJson("{\"access_token\":\"attested-1\",\"token_type\":\"Bearer\",\"expires_in\":900}")));
		this.runner
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.agents.Second_one.client-id=agt_2",
					"lumoauth.agents.Second_one.workload-identity.provider=kubernetes",
					"lumoauth.agents.Second_one.workload-identity.mode=attest",
					"lumoauth.agents.Second_one.workload-identity.token-file=" + token,
					"lumoauth.client-secret=secret-of-the-first")
			.run((context) -> assertThat(
					context.getBean("lumoAuthTokens.Second_one", LumoAuthTokens.class).agentToken().getTokenValue())
				.isEqualTo("attested-1"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					workload-identity.provider=kubernetes,workload-identity.token-file={dir}/token  | workload-identity
					workload-identity.provider=kubernetes,workload-identity.token-file={dir}/none   | workload-identity.token-file
					workload-identity.provider=oidc,workload-identity.token-environment-variable=NO_SUCH_VARIABLE | workload-identity.token-environment-variable
					workload-identity.provider=kubernetes,workload-identity.token-file={dir}/token,workload-identity.audience=other | workload-identity.audience
					""")
	void refusedCredentialsAreThoseOfTheAgentThatHasThem(String settings, String named) throws Exception {
		Files.writeString(this.directory.resolve("token"), PLATFORM_TOKEN);
		lumoAuth.stubFor(post(TOKEN).willReturn(jsonResponse("{\"error\":\"invalid_client\"}", 401)));
		String[] properties = Stream.of(settings.replace("{dir}", this.directory.toString()).split(","))
			.map((property) -> "lumoauth.agents.trade." + property)
			.toArray(String[]::new);
		this.runner
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.client-secret=secret-of-the-first",
					"lumoauth.agents.trade.client-id=agt_t")
			.withPropertyValues(properties)
			.run((context) -> {
				LumoAuthException failure = catchThrowableOfType(LumoAuthException.class,
						context.getBean("lumoAuthAgent.trade", LumoAuthAgent.class)::accessToken);
				assertThat(failure).hasMessageContaining("lumoauth.agents.trade." + named);
				assertThat(failure.getMessage()).doesNotContainPattern("lumoauth\\.(?!agents)");
			});
	}

	private void refused(String problem, String action, String... properties) {
		this.runner.withPropertyValues(properties)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidLumoAuthConfigurationException.class, (ex) -> {
					assertThat(ex.problems())
						.containsExactly(new InvalidLumoAuthConfigurationException.Problem(problem, action));
					assertThat(ex.toString() + ex.problems()).doesNotContain("MARKER");
				}));
	}

}
