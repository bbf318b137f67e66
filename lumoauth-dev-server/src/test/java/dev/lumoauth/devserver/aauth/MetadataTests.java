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

package dev.lumoauth.devserver.aauth;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What everybody can read.
 */
class MetadataTests extends AAuthTests {

	@Test
	void describesTheIssuerInBothLayouts() {
		for (String base : List.of(ACME, ACME_ORG)) {
			String issuer = this.client.url() + base;
			assertThat(this.client.get(base + "/.well-known/aauth-issuer").json()).containsEntry("aauth_version", "1.0")
				.containsEntry("issuer", issuer)
				.containsEntry("jwks_uri", issuer + "/aauth/jwks.json")
				.containsEntry("agent_token_endpoint", issuer + "/aauth/agent/token")
				.containsEntry("agent_auth_endpoint", issuer + "/aauth/agent/auth")
				.containsEntry("agent_signing_algs_supported", List.of("ed25519", "rsa-pss-sha512"))
				.containsEntry("token_signing_algs_supported", List.of("RS256"))
				.containsEntry("request_types_supported", List.of("auth", "code", "exchange", "refresh"))
				.containsEntry("scopes_supported", List.of("mcp:financial", "read:documents"));
		}
	}

	@Test
	void describesTheFirstTenantAtTheRoot() {
		assertThat(this.client.get("/.well-known/aauth-issuer").json()).containsEntry("issuer",
				this.client.url() + ACME_ORG);
	}

	@Test
	void describesAgentsAndResources() {
		String issuer = this.client.url() + ACME_ORG;
		assertThat(this.client.get(ACME_ORG + "/.well-known/aauth-agent").body()).startsWith("[")
			.contains("\"agent\":\"https://signing.example\"", "\"name\":\"Signing Agent\"");
		assertThat(this.client.get(ACME_ORG + "/.well-known/aauth-resource").body()).startsWith("[")
			.contains("\"resource\":\"https://resource.example\"");
		Answer agent = this.client.get(ACME_ORG + "/aauth/agents/agt_signing/metadata");
		assertThat(agent.json()).containsEntry("agent", AGENT)
			.containsEntry("jwks_uri", issuer + "/aauth/agents/agt_signing/jwks.json")
			.containsKey("redirect_uris");
		Answer resource = this.client.get(ACME_ORG + "/aauth/resources/res_resource.example/metadata");
		assertThat(resource.json())
			.isEqualTo(map("resource", RESOURCE, "jwks_uri", issuer + "/aauth/resources/res_resource.example/jwks.json",
					"supported_scopes", List.of("mcp:financial", "read:documents")));
	}

	@Test
	void publishesTheirKeysAndItsOwn() {
		List<Object> own = ids(ACME_ORG + "/aauth/jwks.json");
		assertThat(own).hasSize(1);
		assertThat(ids(ACME_ORG + "/aauth/agents/agt_signing/jwks.json")).containsAll(own)
			.contains(TestKeys.AGENTS.publicKey(ED).getKeyID());
		assertThat(ids(ACME_ORG + "/aauth/resources/res_chain/jwks.json")).containsAll(own)
			.contains(TestKeys.PLATFORMS.publicKey(ED).getKeyID());
		assertThat(ids(ACME_ORG + "/aauth/agents/agt_signing/jwks.json"))
			.doesNotContain(TestKeys.PLATFORMS.publicKey(ED).getKeyID());
	}

	private List<Object> ids(String path) {
		Answer answer = this.client.get(path);
		assertThat(answer.body()).doesNotContain("\"d\"");
		return ((List<?>) answer.get("keys")).stream().map((key) -> (Object) ((Map<?, ?>) key).get("kid")).toList();
	}

	@Test
	void knowsNoOthers() {
		for (String path : List.of("agents/agt_analyst/metadata", "agents/agt_analyst/jwks.json",
				"agents/none/metadata", "resources/none/metadata", "resources/none/jwks.json")) {
			assertThat(this.client.get(ACME_ORG + "/aauth/" + path).status()).isEqualTo(404);
		}
	}

}
