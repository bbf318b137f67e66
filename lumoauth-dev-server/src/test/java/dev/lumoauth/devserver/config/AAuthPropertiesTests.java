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

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import dev.lumoauth.devserver.TestKeys;
import dev.lumoauth.devserver.config.AAuthProperties.Consent;
import dev.lumoauth.devserver.config.AAuthProperties.ConsentAnswer;
import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link AAuthProperties}, {@link AAuthAgentProperties} and
 * {@link AAuthResourceProperties}.
 */
class AAuthPropertiesTests {

	private static final String AGENT = "dev.tenants[0].agents[0].aauth.";

	private static final String RESOURCE = "dev.tenants[0].aauth.resources[0].";

	private final Map<String, String> properties = new HashMap<>(
			Map.of("dev.tenants[0].slug", "acme", "dev.tenants[0].agents[0].client-id", "agt_a", AGENT + "identifier",
					"https://agent.example", RESOURCE + "identifier", "http://127.0.0.1:8081/mcp"));

	@Test
	void hasDefaults() {
		TenantProperties tenant = bind().tenants().get(0);
		assertThat(tenant.aauth().consentAnswer()).isEqualTo(ConsentAnswer.AUTHORIZATION_URI);
		AAuthAgentProperties agent = tenant.agents().get(0).aauth();
		assertThat(agent.trustFirstKey()).isFalse();
		assertThat(agent.consent()).isEqualTo(Consent.NONE);
		assertThat(agent.keys()).isNull();
		AAuthResourceProperties resource = tenant.aauth().resources().get(0);
		assertThat(resource.id()).isEqualTo("res_127.0.0.1-8081-mcp");
		assertThat(resource.consent()).isEqualTo(Consent.NONE);
		assertThat(resource.scopes()).isEmpty();
	}

	@Test
	void anAgentThatSignsHasNoOtherWayOfItself() {
		assertThat(bind().tenants().get(0).agents().get(0).authenticationMethods())
			.doesNotContain(AuthenticationMethod.NONE)
			.isEmpty();
	}

	@Test
	void whatIsEmptyIsNotSet() {
		for (String name : new String[] { "jwks", "jwks-file", "jwks-uri" }) {
			this.properties.put(AGENT + name, "");
			this.properties.put(RESOURCE + name, "");
		}
		assertThat(bind().tenants().get(0).agents().get(0).aauth().keys()).isNull();
		assertThat(bind().tenants().get(0).aauth().resources().get(0).keys()).isNull();
	}

	@Test
	void readsKeysFromAFile(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("jwks.json"), TestKeys.AGENTS.jwks());
		this.properties.put(AGENT + "jwks-file", file.toString());
		assertThat(bind().tenants().get(0).agents().get(0).aauth().keys().keys().size()).isEqualTo(3);
		this.properties.put(AGENT + "jwks-uri", "http://127.0.0.1:1/jwks.json");
		refuses("'aauth' of 'https://agent.example' has 'jwks-file' and also 'jwks' or 'jwks-uri'");
	}

	@Test
	void readsKeysAtAUri() {
		this.properties.put(AGENT + "jwks-uri", "http://127.0.0.1:1/jwks.json");
		assertThat(bind().tenants().get(0).agents().get(0).aauth().keys().uri())
			.isEqualTo(URI.create("http://127.0.0.1:1/jwks.json"));
		this.properties.put(AGENT + "trust-first-key", "true");
		refuses("'trust-first-key', which is for an agent without");
	}

	@Test
	void refusesAFileThatIsNotThereOrHasAPrivateKey(@TempDir Path directory) throws Exception {
		this.properties.put(RESOURCE + "jwks-file", directory.resolve("none.json").toString());
		refuses("'jwks-file' of the resource 'http://127.0.0.1:8081/mcp' can't be read");
		Path file = Files.writeString(directory.resolve("jwks.json"),
				"{\"keys\":[" + TestKeys.AGENTS.ec().toJSONString() + "]}");
		this.properties.put(RESOURCE + "jwks-file", file.toString());
		refuses("has a key that is not public");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "agent", "ftp://agent.example", "https://agent.example/", "https://agent.example?a=1",
			"https://agent.example#a", "https://user@agent.example", "https://agent example" })
	void refusesWhatIsNoIdentifier(String identifier) {
		this.properties.put(AGENT + "identifier", identifier);
		refuses("'identifier'");
	}

	@ParameterizedTest
	@CsvSource({ "aauth.resources[1].identifier,http://127.0.0.1:8081/mcp,twice",
			"aauth.resources[0].id,a/b,'''id'' of the resource'", "agents[0].aauth.redirect-uris,/back,redirect-uris",
			"agents[0].aauth.jwks,{},'''jwks'''", "agents[0].aauth.jwks-uri,https://keys.example/,'''jwks-uri'''",
			"agents[0].aauth.consent,maybe,maybe" })
	void refusesOtherMistakes(String name, String value, String text) {
		this.properties.put("dev.tenants[0]." + name, value);
		refuses(text);
	}

	@Test
	void refusesTwoAgentsOfOneIdentifier() {
		this.properties.put("dev.tenants[0].agents[1].client-id", "agt_b");
		this.properties.put("dev.tenants[0].agents[1].aauth.identifier", "https://agent.example");
		refuses("two agents with 'aauth.identifier' 'https://agent.example'");
	}

	private void refuses(String text) {
		assertThatException().isThrownBy(this::bind).satisfies((ex) -> {
			StringBuilder all = new StringBuilder();
			for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
				all.append(cause.getMessage()).append('\n');
			}
			assertThat(all.toString()).contains(text).doesNotContain("\"d\"");
		});
	}

	private DevProperties bind() {
		return new Binder(new MapConfigurationPropertySource(this.properties))
			.bind("dev", Bindable.of(DevProperties.class))
			.get();
	}

}
