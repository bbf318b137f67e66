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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventSubject;
import dev.lumoauth.devserver.event.EventSubject.Format;
import dev.lumoauth.devserver.event.Events;
import dev.lumoauth.devserver.oauth.TokenStore;
import dev.lumoauth.devserver.oauth.UserTokens;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Application;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The part of the admin API for users: issues their tokens without a login, and revokes
 * these tokens. Not a part of LumoAuth's API.
 */
@RestController
@RequestMapping("/dev/tenants/{tenant}/users/{user}")
class UserController {

	private final Tenants tenants;

	private final UserTokens tokens;

	private final TokenStore store;

	private final Events events;

	UserController(Tenants tenants, UserTokens tokens, TokenStore store, Events events) {
		this.tenants = tenants;
		this.tokens = tokens;
		this.store = store;
		this.events = events;
	}

	@GetMapping
	UserView user(@PathVariable String tenant, @PathVariable String user) {
		return UserView.of(find(tenant, user), find(tenant), this.store);
	}

	@PostMapping(path = "/token", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Map<String, Object>> token(@PathVariable("tenant") String slug,
			@PathVariable("user") String username, @RequestBody(required = false) @Nullable String body,
			HttpServletRequest http) {
		UserTokenRequest request = StringUtils.hasText(body) ? StrictJson.read(body, UserTokenRequest.class)
				: UserTokenRequest.none();
		User user = find(slug, username);
		Application application = application(find(slug), request.clientId());
		Set<String> scopes = (request.scopes() != null) ? request.scopes() : user.scopes();
		Duration lifetime = request.lifetimeOr(application.settings().tokenLifetime());
		String issuer = ApiPaths.issuerOf(http, (request.layout() != null) ? request.layout() : "t", slug);
		OAuth2AccessToken token = this.tokens.issue(issuer, user, application, scopes, lifetime);
		RequestLog.note(http, "token of %s for %s".formatted(user.username(), application));
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("access_token", token.getTokenValue());
		answer.put("token_type", "Bearer");
		answer.put("expires_in", lifetime.toSeconds());
		answer.put("scope", String.join(" ", scopes));
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

	/** Both operations end the user's logins and tokens; their events differ. */
	@DeleteMapping("/{what:tokens|sessions}")
	Map<String, Object> revoke(@PathVariable String tenant, @PathVariable("user") String username,
			@PathVariable String what) {
		User user = find(tenant, username);
		int revoked = this.store.revoke((token) -> token.tenant().equals(tenant) && token.subject().equals(user.id()));
		this.events.happened(find(tenant), what.equals("tokens") ? EventKind.TOKEN_REVOKED : EventKind.SESSION_REVOKED,
				EventSubject.of(user));
		return Map.of("revoked", revoked);
	}

	/**
	 * The user no longer lets an agent act. The agent's tokens for the user are revoked.
	 */
	@DeleteMapping("/consents/{agent}")
	Map<String, Object> revokeConsent(@PathVariable String tenant, @PathVariable("user") String username,
			@PathVariable("agent") String id) {
		User user = find(tenant, username);
		Agent agent = find(tenant).agent(id)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such agent"));
		int revoked = this.store.revoke((token) -> token.tenant().equals(tenant) && token.subject().equals(user.id())
				&& token.clientId().equals(id));
		this.events.happened(find(tenant), EventKind.CONSENT_REVOKED, new EventSubject(agent, user, Format.ISS_SUB));
		return Map.of("revoked", revoked);
	}

	/** The scopes that a user may delegate are the user's roles here. */
	@PutMapping("/scopes/{*scope}")
	UserView assign(@PathVariable String tenant, @PathVariable("user") String username, @PathVariable String scope) {
		String added = scope.substring(1);
		if (!added.matches("[!#-\\[\\]-~]{1,256}")) {
			throw new IllegalArgumentException("a scope is 1 to 256 printable ASCII characters without blanks");
		}
		return changeRole(tenant, username, (user) -> user.delegable().add(added), EventKind.ROLE_ASSIGNED);
	}

	@DeleteMapping("/scopes/{*scope}")
	UserView unassign(@PathVariable String tenant, @PathVariable("user") String username, @PathVariable String scope) {
		return changeRole(tenant, username, (user) -> user.delegable().remove(scope.substring(1)),
				EventKind.ROLE_UNASSIGNED);
	}

	private UserView changeRole(String tenant, String username, Consumer<User> change, EventKind kind) {
		User user = find(tenant, username);
		change.accept(user);
		this.events.happened(find(tenant), kind, EventSubject.of(user));
		return UserView.of(user, find(tenant), this.store);
	}

	private static Application application(Tenant tenant, @Nullable String clientId) {
		if (clientId != null) {
			return tenant.application(clientId)
				.orElseThrow(() -> new IllegalArgumentException("'client_id' is not one of the tenant's applications"));
		}
		return tenant.applications()
			.stream()
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"the tenant has no application to issue a token to; the configuration file lists them"));
	}

	private Tenant find(String tenant) {
		return this.tenants.find(tenant)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"));
	}

	private User find(String tenant, String user) {
		return find(tenant).user(user)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such user"));
	}

}
