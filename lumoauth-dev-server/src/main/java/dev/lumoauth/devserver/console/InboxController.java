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

package dev.lumoauth.devserver.console;

import java.util.Collections;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.approval.Verdict;
import dev.lumoauth.devserver.console.ConsoleSessions.SignedIn;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * Signs a user in at the console's inbox, and accepts that user's decisions. As on the
 * login page, there are no passwords. But the signed-in user decides, whatever the
 * request says.
 */
@RestController
class InboxController {

	private static final String COOKIE = "lumoauth-dev-console";

	private static final String PATH = "/dev/console";

	private final Tenants tenants;

	private final ConsoleSessions sessions;

	private final Approvals approvals;

	InboxController(Tenants tenants, ConsoleSessions sessions, Approvals approvals) {
		this.tenants = tenants;
		this.sessions = sessions;
		this.approvals = approvals;
	}

	@GetMapping(ApiPaths.CONSOLE_SESSION)
	Map<String, @Nullable Object> session(@CookieValue(name = COOKIE, required = false) @Nullable String id) {
		return describe(this.sessions.find(id));
	}

	@PostMapping(path = ApiPaths.CONSOLE_SESSION, consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Map<String, @Nullable Object>> signIn(@RequestBody SignIn who,
			@CookieValue(name = COOKIE, required = false) @Nullable String before) {
		Tenant tenant = this.tenants.find(String.valueOf(who.tenant()))
			.orElseThrow(() -> new IllegalArgumentException("There is no such tenant"));
		User user = tenant.user(String.valueOf(who.user()))
			.orElseThrow(() -> new IllegalArgumentException("There is no such user"));
		this.sessions.end(before);
		return answer(this.sessions.begin(tenant, user), -1, describe(new SignedIn(tenant, user)));
	}

	@DeleteMapping(ApiPaths.CONSOLE_SESSION)
	ResponseEntity<Map<String, @Nullable Object>> signOut(
			@CookieValue(name = COOKIE, required = false) @Nullable String id) {
		this.sessions.end(id);
		return answer("", 0, describe(null));
	}

	@PostMapping(path = PATH + "/inbox/{id}/{decision:approve|deny}", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> decide(@PathVariable String id, @PathVariable String decision, @RequestBody Word word,
			@CookieValue(name = COOKIE, required = false) @Nullable String session, HttpServletRequest http) {
		SignedIn signedIn = this.sessions.find(session);
		if (signedIn == null) {
			throw ApiException.api(HttpStatus.UNAUTHORIZED, "unauthorized", "Nobody is signed in");
		}
		ApprovalRequest request = this.approvals.decide(signedIn.tenant(), id, signedIn.user(),
				new Verdict(decision.equals("approve"), word.ttl(), word.agentMessage(), word.notes()));
		RequestLog.note(http, "%s by %s".formatted(request.state().id(), signedIn.user().username()));
		return Map.of("id", id, "state", request.state().id());
	}

	private static Map<String, @Nullable Object> describe(@Nullable SignedIn signedIn) {
		return Collections.singletonMap("user", (signedIn != null) ? Map.of("tenant", signedIn.tenant().slug(),
				"username", signedIn.user().username(), "name", signedIn.user().name()) : null);
	}

	private static ResponseEntity<Map<String, @Nullable Object>> answer(String id, long maxAge,
			Map<String, @Nullable Object> body) {
		ResponseCookie cookie = ResponseCookie.from(COOKIE, id)
			.path(PATH)
			.httpOnly(true)
			.sameSite("Strict")
			.maxAge(maxAge)
			.build();
		return ResponseEntity.ok().header(HttpHeaders.SET_COOKIE, cookie.toString()).body(body);
	}

	record SignIn(@Nullable String tenant, @Nullable String user) {

	}

	record Word(@Nullable Integer ttl, @JsonProperty("agent_message") @Nullable String agentMessage,
			@Nullable String notes) {

	}

}
