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

package dev.lumoauth.devserver.oauth;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MetadataController}.
 */
class MetadataTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(
			strings = { ACME + "/.well-known/oauth-authorization-server", ACME + "/.well-known/openid-configuration",
					"/.well-known/oauth-authorization-server" + ACME, "/.well-known/openid-configuration" + ACME })
	void describesTheEndpoints(String path) {
		Answer answer = this.client.get(path);
		String issuer = this.client.url() + ACME;
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Cache-Control")).isEqualTo("max-age=3600, public");
		assertThat(answer.json()).containsEntry("issuer", issuer)
			.containsEntry("authorization_endpoint", issuer + "/oauth/authorize")
			.containsEntry("token_endpoint", issuer + "/oauth/token")
			.containsEntry("userinfo_endpoint", issuer + "/oauth/userinfo")
			.containsEntry("introspection_endpoint", issuer + "/oauth/introspect")
			.containsEntry("revocation_endpoint", issuer + "/oauth/revoke")
			.containsEntry("jwks_uri", issuer + "/.well-known/jwks.json")
			.containsEntry("response_types_supported", List.of("code"))
			.containsEntry("code_challenge_methods_supported", List.of("S256"))
			.containsEntry("grant_types_supported",
					List.of("client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange",
							"authorization_code", "refresh_token", "urn:openid:params:grant-type:ciba"))
			.containsEntry("backchannel_authentication_endpoint", issuer + "/oauth/bc-authorize")
			.containsEntry("backchannel_token_delivery_modes_supported", List.of("poll"))
			.containsEntry("backchannel_user_code_parameter_supported", false)
			.containsEntry("resource_indicators_supported", true)
			.containsEntry("authorization_response_iss_parameter_supported", true)
			.containsEntry("token_endpoint_auth_methods_supported",
					List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "none"))
			.containsEntry("dpop_signing_alg_values_supported",
					List.of("ES256", "RS256", "PS256", "PS512", "EdDSA", "Ed25519"))
			.containsEntry("token_endpoint_auth_signing_alg_values_supported",
					List.of("ES256", "RS256", "PS256", "PS512", "EdDSA", "Ed25519"));
	}

	@Test
	void keepsTheLayoutOfTheRequest() {
		assertThat(this.client.get(ACME_ORG + "/.well-known/openid-configuration").json()).containsEntry("issuer",
				this.client.url() + ACME_ORG);
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void letsItsKeysBeCached(String base) {
		Answer answer = this.client.get(base + "/.well-known/jwks.json");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Content-Type")).startsWith("application/json");
		assertThat(answer.header("Cache-Control")).isEqualTo("max-age=3600, public");
		assertThat(answer.body()).contains("\"use\":\"sig\"", "\"alg\":\"RS256\"").doesNotContain("\"d\":", "\"p\":");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/t/unknown/api/v1/.well-known/oauth-authorization-server",
			"/orgs/unknown/api/v1/.well-known/openid-configuration", "/t/unknown/api/v1/.well-known/jwks.json",
			"/.well-known/oauth-authorization-server/t/unknown/api/v1",
			"/.well-known/openid-configuration/orgs/unknown/api/v1" })
	void knowsNoOtherTenant(String path) {
		Answer answer = this.client.get(path);
		assertThat(answer.status()).isEqualTo(404);
		assertThat(answer.get("error")).isEqualTo("invalid_tenant");
	}

}
