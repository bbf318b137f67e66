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

package dev.lumoauth.spring.approval.client;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

import dev.lumoauth.spring.client.ApiAnswer;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.http.NoTokenYetException;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * A user is asked by OpenID Connect CIBA Core 1.0 ({@code oauth/bc-authorize}), in its
 * poll mode, to approve authorization details (RFC 9396).
 */
final class CibaApi {

	/** CIBA Core 1.0 section 7.3: for a server that does not name an interval. */
	private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

	private static final AuthorizationGrantType GRANT = new AuthorizationGrantType("urn:openid:params:grant-type:ciba");

	private final ApiCalls calls;

	private final LumoAuthTokens tokens;

	private final URI authentication;

	CibaApi(ApiCalls calls, LumoAuthTokens tokens, LumoAuthAddresses addresses) {
		this.calls = calls;
		this.tokens = tokens;
		this.authentication = addresses.endpoint("oauth/bc-authorize");
	}

	/**
	 * See {@link ApprovalsClient#askUser}.
	 */
	BackchannelRequest ask(BackchannelQuestion question) {
		Map<String, String> form = new LinkedHashMap<>();
		form.put("login_hint", question.loginHint());
		form.put("binding_message", question.message());
		form.put("authorization_details", LumoAuthJson.writeList(question.authorizationDetails()));
		return this.calls.call(ApiRequest.createByForm(this.authentication, form), (answer) -> {
			Duration interval = answer.seconds("interval");
			return new BackchannelRequest(answer.requireId("auth_req_id"), answer.seconds("expires_in"),
					(interval != null) ? interval : DEFAULT_INTERVAL);
		});
	}

	/**
	 * See {@link ApprovalsClient#userDecision}.
	 */
	BackchannelDecision poll(String authReqId) {
		try {
			return approved(this.tokens.request(GRANT, Map.of("auth_req_id", authReqId)));
		}
		catch (NoTokenYetException ex) {
			return BackchannelDecision.of(switch (ex.getErrorCode()) {
				case NoTokenYetException.DENIED -> BackchannelDecision.Status.DENIED;
				case NoTokenYetException.EXPIRED -> BackchannelDecision.Status.EXPIRED;
				case NoTokenYetException.SLOW_DOWN -> BackchannelDecision.Status.SLOW_DOWN;
				default -> BackchannelDecision.Status.PENDING;
			});
		}
	}

	private static BackchannelDecision approved(OAuth2AccessTokenResponse response) {
		return new BackchannelDecision(BackchannelDecision.Status.APPROVED, response.getAccessToken(),
				id(response, "task_id"), id(response, "jit_request_id"));
	}

	/**
	 * An invalid id counts as missing: the token is used anyway.
	 */
	private static @Nullable String id(OAuth2AccessTokenResponse response, String name) {
		String id = ApiAnswer.text(response.getAdditionalParameters(), name);
		return (id != null && LumoAuthAddresses.isPlainId(id)) ? id : null;
	}

}
