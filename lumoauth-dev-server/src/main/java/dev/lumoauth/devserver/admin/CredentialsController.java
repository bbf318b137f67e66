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

package dev.lumoauth.devserver.admin;

import java.net.URI;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.config.WorkloadIdentityProperties;
import dev.lumoauth.devserver.config.WorkloadIdentityProperties.Platform;
import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventSubject;
import dev.lumoauth.devserver.event.Events;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.state.Credentials;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The part of the admin API that changes the credentials of agents. Not a part of
 * LumoAuth's API.
 */
@RestController
@RequestMapping("/dev/tenants/{tenant}/agents/{agent}")
class CredentialsController {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final int SECRET_BYTES = 24;

	private final Tenants tenants;

	private final Events events;

	CredentialsController(Tenants tenants, Events events) {
		this.tenants = tenants;
		this.events = events;
	}

	@GetMapping("/secret")
	ResponseEntity<Map<String, Object>> secret(@PathVariable String tenant, @PathVariable String agent) {
		List<String> secrets = find(tenant, agent).secrets();
		if (secrets.isEmpty()) {
			throw ApiException.api(HttpStatus.NOT_FOUND, "not_found", "The agent authenticates without a secret");
		}
		return ResponseEntity.ok()
			.cacheControl(CacheControl.noStore())
			.body(Map.of("client_id", agent, "client_secret", secrets.get(0), "valid_secrets", secrets.size()));
	}

	@PutMapping("/secret")
	ResponseEntity<Map<String, Object>> replaceSecret(@PathVariable String tenant, @PathVariable String agent,
			@RequestBody(required = false) @Nullable String body) {
		String wanted = StringUtils.hasText(body) ? StrictJson.read(body, Secret.class).clientSecret() : null;
		find(tenant, agent).replaceSecret((wanted != null) ? wanted : random());
		changed(tenant, agent);
		return secret(tenant, agent);
	}

	@DeleteMapping("/secret/previous")
	Map<String, Object> endPreviousSecret(@PathVariable String tenant, @PathVariable String agent) {
		Credentials credentials = find(tenant, agent);
		credentials.endPreviousSecret();
		changed(tenant, agent);
		return Map.of("client_id", agent, "valid_secrets", credentials.secrets().size());
	}

	private static String random() {
		byte[] bytes = new byte[SECRET_BYTES];
		RANDOM.nextBytes(bytes);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	@PutMapping(path = "/jwks", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> setKeys(@PathVariable String tenant, @PathVariable String agent, @RequestBody String body) {
		TrustedKeys keys = TrustedKeys.of("agent '%s'".formatted(agent), body, null);
		if (keys == null || keys.keys() == null) {
			throw new IllegalArgumentException("the body is not a JWK set");
		}
		find(tenant, agent).setKeys(keys);
		changed(tenant, agent);
		return Map.of("client_id", agent, "keys", keys.keys().size());
	}

	@PutMapping(path = "/workload-identities", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> setWorkloadIdentities(@PathVariable String tenant, @PathVariable String agent,
			@RequestBody String body) {
		List<WorkloadIdentityProperties> identities = Arrays.stream(StrictJson.read(body, Identity[].class))
			.map(Identity::properties)
			.toList();
		find(tenant, agent).setWorkloadIdentities(identities);
		changed(tenant, agent);
		return Map.of("client_id", agent, "workload_identities", identities.size());
	}

	@PutMapping(path = "/access-policy-denial", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> deny(@PathVariable String tenant, @PathVariable String agent, @RequestBody String body) {
		String reason = StrictJson.read(body, Denial.class).reason();
		if (!StringUtils.hasText(reason)) {
			throw new IllegalArgumentException("'reason' is missing");
		}
		find(tenant, agent).setAccessPolicyDenial(reason);
		changed(tenant, agent);
		return Map.of("client_id", agent, "reason", reason);
	}

	@DeleteMapping("/access-policy-denial")
	Map<String, Object> permit(@PathVariable String tenant, @PathVariable String agent) {
		find(tenant, agent).setAccessPolicyDenial(null);
		return Map.of("client_id", agent);
	}

	private void changed(String slug, String id) {
		Tenant tenant = this.tenants.find(slug).orElseThrow();
		this.events.happened(tenant, EventKind.CREDENTIALS_CHANGED, EventSubject.of(tenant.agent(id).orElseThrow()));
	}

	private Credentials find(String tenant, String agent) {
		return this.tenants.find(tenant)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"))
			.agent(agent)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such agent"))
			.credentials();
	}

	/**
	 * A secret.
	 *
	 * @param clientSecret the secret, by default a random one
	 */
	record Secret(@JsonProperty("client_secret") @Nullable String clientSecret) {

		@Override
		public String toString() {
			return "Secret[]";
		}

	}

	/**
	 * Why attestations are denied.
	 *
	 * @param reason the reason code
	 */
	record Denial(@Nullable String reason) {

	}

	/**
	 * A workload identity, as in the configuration file. The keys may be an object or a
	 * text.
	 */
	record Identity(@Nullable String provider, @Nullable String issuer, @Nullable JsonNode jwks,
			@JsonProperty("jwks_uri") @Nullable URI jwksUri, @Nullable String subject, @Nullable String audience) {

		private WorkloadIdentityProperties properties() {
			Platform known = Stream.of(Platform.values())
				.filter((candidate) -> candidate.name().equals(String.valueOf(this.provider).toUpperCase(Locale.ROOT)))
				.findFirst()
				.orElseThrow(() -> new IllegalArgumentException(
						"'provider' is not one of " + Arrays.stream(Platform.values()).map(Platform::id).toList()));
			String keys = null;
			if (this.jwks != null && !this.jwks.isNull()) {
				keys = this.jwks.isString() ? this.jwks.asString() : this.jwks.toString();
			}
			return new WorkloadIdentityProperties(known, (this.issuer != null) ? this.issuer : "", keys, this.jwksUri,
					(this.subject != null) ? this.subject : "", this.audience);
		}

	}

}
