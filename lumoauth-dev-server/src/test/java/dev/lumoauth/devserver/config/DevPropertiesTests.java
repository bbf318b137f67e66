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

package dev.lumoauth.devserver.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.io.FileSystemResource;

import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;
import dev.lumoauth.devserver.config.TenantProperties.Requirement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link DevProperties} and what it consists of.
 */
class DevPropertiesTests {

	private static final String AGENT = "dev.tenants[0].agents[0].";

	private final Map<String, String> properties = new HashMap<>(Map.of("dev.tenants[0].slug", "acme",
			AGENT + "client-id", "agt_a", AGENT + "client-secret", "marker-secret"));

	@Test
	void hasLumoAuthsDefaults() {
		DevProperties dev = bind();
		assertThat(dev.limits()).isEqualTo(new DevProperties.Limits(30, 0, 30));
		assertThat(dev.exitWithParent()).isFalse();
		TenantProperties tenant = dev.tenants().get(0);
		assertThat(tenant.userinfoRequiresOpenid()).isTrue();
		assertThat(tenant.exchangeClientAuthentication()).isEqualTo(Requirement.OPTIONAL);
		assertThat(tenant.actorOrder()).isEqualTo(ActorOrder.RFC8693);
		assertThat(tenant.audiences()).isEmpty();
		assertThat(tenant.jit())
			.isEqualTo(new JitProperties(Duration.ofHours(1), Duration.ofMinutes(5), 3, false, List.of()));
		AgentProperties agent = tenant.agents().get(0);
		assertThat(agent.authenticationMethods()).containsExactly(AuthenticationMethod.CLIENT_SECRET_POST,
				AuthenticationMethod.CLIENT_SECRET_BASIC);
		assertThat(agent.tokenLifetime()).isEqualTo(Duration.ofHours(1));
		assertThat(agent.capabilities()).isEmpty();
		assertThat(agent.defaultScopes()).isEmpty();
		assertThat(agent.budgetPolicy()).isNull();
	}

	@Test
	void needsNoSecretForAPublicAgent() {
		this.properties.remove(AGENT + "client-secret");
		assertThat(bind().tenants().get(0).agents().get(0).authenticationMethods())
			.isEqualTo(List.of(AuthenticationMethod.NONE));
	}

	@Test
	void readsABudgetInLumoAuthsSpelling() {
		this.properties.put(AGENT + "budget_policy.max_tokens_per_day", "5");
		this.properties.put(AGENT + "budget_policy.allowed_models[0]", "m");
		assertThat(bind().tenants().get(0).agents().get(0).budgetPolicy())
			.isEqualTo(new BudgetPolicy(5L, null, null, List.of("m"), null));
	}

	@Test
	void showsNoSecret() {
		this.properties.put("dev.tenants[0].applications[0].client-id", "app_a");
		this.properties.put("dev.tenants[0].applications[0].client-secret", "other-marker-secret");
		assertThat(bind().toString()).contains("agt_a", "app_a").doesNotContain("marker-secret");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			dev.tenants[1].slug                           | acme      | 'dev.tenants' lists 'acme' twice
			dev.tenants[0].slug                           | a/b       | 'slug' of a tenant is missing
			dev.tenants[0].agents[1].client-id            | agt_a     | lists the client id 'agt_a' twice
			dev.tenants[0].agents[0].client-id            | a b       | 'client-id' of an agent
			dev.tenants[0].agents[0].token-lifetime       | 0s        | 'token-lifetime' of agent 'agt_a'
			dev.tenants[0].agents[0].budget-policy.max-tokens-per-day | -1 | a limit of a budget policy is negative
			dev.tenants[0].audiences[0].resource          | https://x | an audience has no 'id'
			dev.tenants[0].users[0].username              | a/b       | 'username' of a user
			dev.tenants[0].users[0].name                  | x         | 'username' of a user is missing
			dev.tenants[0].applications[0].client-id      | app_a     | application 'app_a' has no 'client-secret'
			dev.tenants[0].applications[0].name           | x         | 'client-id' of an application is missing
			dev.tenants[0].jit.max-denials                | 0         | 'jit.max-denials' is less than 1
			dev.tenants[0].jit.task-lifetime              | 0s        | a lifetime in 'jit' is shorter than a second
			dev.tenants[0].jit.rules[0].type              | payment   | a rule of 'jit.rules' has no 'risk'
			dev.tenants[0].jit.rules[0].risk              | low       | a rule of 'jit.rules' names no 'type', 'actions'
			dev.limits.token-requests-per-minute          | -1        | a limit in 'dev.limits' is negative
			""")
	void refusesWhatCannotBeMeant(String name, String value, String message) {
		this.properties.put(name, value);
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause().hasMessageContaining(message));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			value = { "agt_a,the username or the id of user 'u' of tenant 'acme' is already taken",
					"a b,'id' of user 'u' is empty or has blanks" })
	void refusesAUserThatCouldBeTakenForAnotherSubject(String id, String message) {
		this.properties.put("dev.tenants[0].users[0].username", "u");
		this.properties.put("dev.tenants[0].users[0].id", id);
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause().hasMessageContaining(message));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			value = { "redirect-uris[0],/relative,'redirect-uris' of application 'app_a'",
					"redirect-uris[0],https://x/#f,'redirect-uris' of application 'app_a'",
					"token-lifetime,0s,a lifetime of application 'app_a'",
					"refresh-token-lifetime,0s,a lifetime of application 'app_a'" })
	void refusesAnApplicationThatCannotBeMeant(String name, String value, String message) {
		this.properties.put("dev.tenants[0].applications[0].client-id", "app_a");
		this.properties.put("dev.tenants[0].applications[0].client-secret", "other-secret");
		this.properties.put("dev.tenants[0].applications[0]." + name, value);
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause().hasMessageContaining(message));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/relative", "https://x/#f" })
	void refusesAnAgentThatUsersCannotReturnTo(String uri) {
		this.properties.put(AGENT + "redirect-uris[0]", uri);
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause().hasMessageContaining("'redirect-uris' of agent 'agt_a'"));
	}

	@Test
	void refusesAnApplicationWithAnAgentsId() {
		this.properties.put("dev.tenants[0].applications[0].client-id", "agt_a");
		this.properties.put("dev.tenants[0].applications[0].client-secret", "other-secret");
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause()
				.hasMessageContaining("tenant 'acme' lists the client id 'agt_a' twice"));
	}

	@Test
	void refusesAMethodThatNeedsTheSecretThatIsNotThere() {
		this.properties.remove(AGENT + "client-secret");
		this.properties.put(AGENT + "authentication-methods[0]", "client_secret_post");
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause().hasMessageContaining("agent 'agt_a' has no 'client-secret'"));
	}

	@Test
	void takesTheMethodsForWhichSomethingIsSet() {
		this.properties.put(AGENT + "jwks-uri", "http://[::1]:8080/jwks.json");
		assertThat(bind().tenants().get(0).agents().get(0).authenticationMethods()).containsExactly(
				AuthenticationMethod.CLIENT_SECRET_POST, AuthenticationMethod.CLIENT_SECRET_BASIC,
				AuthenticationMethod.PRIVATE_KEY_JWT);
		this.properties.remove(AGENT + "client-secret");
		assertThat(bind().tenants().get(0).agents().get(0).authenticationMethods())
			.containsExactly(AuthenticationMethod.PRIVATE_KEY_JWT);
		this.properties.remove(AGENT + "jwks-uri");
		identity("http://localhost/jwks.json");
		assertThat(bind().tenants().get(0).agents().get(0).authenticationMethods()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://10.0.0.1/jwks.json", "https://keys.example/jwks.json", "file:/jwks.json",
			"http://127.0.0.1.example/jwks.json", "http://127.0.0.1@keys.example/" })
	void refusesKeysOfAnotherMachine(String uri) {
		this.properties.put(AGENT + "jwks-uri", uri);
		refuses("'jwks-uri' of agent 'agt_a' is not an http or https URI of the loopback interface");
		this.properties.remove(AGENT + "jwks-uri");
		identity(uri);
		refuses("'jwks-uri' of the workload identity of issuer 'https://issuer.example'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "no json", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}" })
	void refusesKeysThatAreNotPublicOnes(String jwks) {
		this.properties.put(AGENT + "jwks", jwks);
		refuses("'jwks' of agent 'agt_a'");
		this.properties.put(AGENT + "jwks-uri", "http://127.0.0.1/jwks.json");
		refuses("agent 'agt_a' has both 'jwks' and 'jwks-uri'");
	}

	@Test
	void refusesAMethodThatNeedsKeysThatAreNotThere() {
		this.properties.put(AGENT + "authentication-methods[0]", "private_key_jwt");
		refuses("agent 'agt_a' has neither 'jwks' nor 'jwks-uri'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "provider", "issuer", "subject", "jwks-uri" })
	void refusesAWorkloadIdentityThatLacksSomething(String missing) {
		identity("http://127.0.0.1/jwks.json");
		this.properties.remove(AGENT + "workload-identities[0]." + missing);
		refuses("'" + missing + "'");
	}

	@Test
	void refusesACertificateWithoutThePortForIt() {
		String thumbprint = "AB:".repeat(31) + "AB";
		this.properties.put(AGENT + "tls-client-certificate-thumbprint", thumbprint);
		refuses("agent 'agt_a' shows a certificate, for which 'dev.tls.port' is needed");
		this.properties.put("dev.tls.port", "0");
		AgentProperties agent = bind().tenants().get(0).agents().get(0);
		assertThat(agent.tlsClientCertificateThumbprint()).hasSize(43).startsWith("q6urq6ur");
		assertThat(agent.authenticationMethods()).contains(AuthenticationMethod.TLS_CLIENT_AUTH);
		this.properties.put(AGENT + "tls-client-auth-subject-dn", "CN=agt_a");
		refuses("'tls-client-auth-subject-dn', for which 'dev.tls.trusted-certificates' is needed");
		this.properties.put("dev.tls.trusted-certificates", "ca.pem");
		this.properties.put(AGENT + "tls-client-auth-subject-dn", "agt_a");
		refuses("'tls-client-auth-subject-dn' of agent 'agt_a' is not a distinguished name");
		this.properties.put(AGENT + "tls-client-certificate-thumbprint", "abc");
		this.properties.remove(AGENT + "tls-client-auth-subject-dn");
		refuses("'tls-client-certificate-thumbprint' of agent 'agt_a' is not a SHA-256");
	}

	@Test
	void needsTheKeyOfACertificate() {
		this.properties.put("dev.tls.certificate", "server.pem");
		refuses("only one of 'dev.tls.certificate' and 'dev.tls.private-key' is set");
		this.properties.put("dev.tls.private-key", "server.key");
		assertThat(bind().tls()).isEqualTo(new TlsProperties(9443, "server.pem", "server.key", null));
	}

	@Test
	void refusesAPreviousSecretWithoutACurrentOne() {
		this.properties.remove(AGENT + "client-secret");
		this.properties.put(AGENT + "previous-client-secret", "old");
		refuses("agent 'agt_a' has a 'previous-client-secret' and no 'client-secret'");
	}

	private void identity(String jwksUri) {
		String identity = AGENT + "workload-identities[0].";
		this.properties.put(identity + "provider", "kubernetes");
		this.properties.put(identity + "issuer", "https://issuer.example");
		this.properties.put(identity + "subject", "system:serviceaccount:*");
		this.properties.put(identity + "jwks-uri", jwksUri);
	}

	private void refuses(String message) {
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause().hasMessageContaining(message));
	}

	@Test
	void refusesAnAudienceForAnAgentThatDoesNotExist() {
		this.properties.put("dev.tenants[0].audiences[0].id", "urn:a");
		this.properties.put("dev.tenants[0].audiences[0].clients[0]", "agt_other");
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause()
				.hasMessageContaining("audience 'urn:a' of tenant 'acme' names the client 'agt_other'"));
	}

	@Test
	void refusesAResourceThatIsNotAnAbsoluteUri() {
		this.properties.put("dev.tenants[0].audiences[0].id", "urn:a");
		this.properties.put("dev.tenants[0].audiences[0].resource", "mcp.example.com");
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause()
				.hasMessageContaining("'resource' of audience 'urn:a' is not an absolute URI"));
	}

	@Test
	void refusesAFileWithoutATenant() {
		this.properties.clear();
		this.properties.put("dev.limits.token-requests-per-minute", "1");
		assertThatException().isThrownBy(this::bind)
			.satisfies((ex) -> assertThat(ex).rootCause().hasMessage("'dev.tenants' lists no tenant"));
	}

	@Test
	void readsTheFilesOfItsPage() throws Exception {
		for (String file : List.of("all.yml", "credentials.yml", "aauth.yml")) {
			YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
			yaml.setResources(new FileSystemResource(Path.of("..", "docs", "dev-server", file)));
			this.properties.clear();
			yaml.getObject().forEach((name, value) -> this.properties.put(name.toString(), value.toString()));
			assertThat(new Binder(new MapConfigurationPropertySource(this.properties))
				.bind("dev", Bindable.of(DevProperties.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
				.get()
				.tenants()).hasSize(1);
		}
	}

	private DevProperties bind() {
		return new Binder(new MapConfigurationPropertySource(this.properties))
			.bind("dev", Bindable.of(DevProperties.class))
			.get();
	}

}
