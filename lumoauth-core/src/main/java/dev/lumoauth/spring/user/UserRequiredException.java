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

package dev.lumoauth.spring.user;

import java.util.Collection;

import dev.lumoauth.spring.LumoAuthException;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;

/**
 * Code acts for a user, and there is no user's token to send: nobody is signed in here,
 * or the user's token is not available. Nothing was done, not even as the agent alone. In
 * a controller this exception becomes HTTP 403 (RFC 9110 section 15.5.4), because sending
 * a signed-in user to the login would not help.
 *
 * @since 0.1.0
 */
public class UserRequiredException extends LumoAuthException {

	/**
	 * What a model reads when a tool acts for a user and there is no user.
	 */
	public static final String MODEL_TEXT = "Error: this tool acts for a user, and no user is signed in.";

	private static final int MAX_ISSUER = 200;

	/**
	 * Create the exception.
	 * @param message what is missing and what to do about it, without a token
	 * @param cause the failure of the application's own login, or {@code null}
	 */
	public UserRequiredException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	@Override
	public String code() {
		return "no_user";
	}

	@Override
	public String modelText() {
		return MODEL_TEXT;
	}

	@Override
	public UserRequiredException inWordsForModel() {
		return new UserRequiredException(modelText(), null);
	}

	/**
	 * Return the exception for a thread without a user.
	 */
	static UserRequiredException nobody() {
		return new UserRequiredException(
				"This code acts for a user, but there is no user on this thread: sign the user in with Spring "
						+ "Security and start the chat in the request, or name the user with "
						+ "chatClient.prompt(..).advisors(ChatUser.of(userToken)) or UserScope.call(userToken, ..). The guard "
						+ "of another agent framework may have to be told how it knows the user: withUsers(..)",
				null);
	}

	/**
	 * Return the exception for a thread that doesn't know which of two users it is.
	 */
	static UserRequiredException unknown() {
		return new UserRequiredException(
				"This code runs in a call for one user, but in the Reactor context of its stream another user is "
						+ "signed in: remove the sign-in from the context, or name the user with "
						+ "UserScope.call(userToken, ..) or contextWrite(ReactiveUserScope.of(userToken))",
				null);
	}

	/**
	 * Return the exception for a user whose access token is not known, or is not
	 * accepted.
	 * @param user the user
	 * @param accepted the issuers whose tokens are accepted
	 */
	static UserRequiredException withoutToken(Authentication user, Collection<String> accepted) {
		String issuer = issuer(user);
		return new UserRequiredException(
				"This code acts for a user, and for the user who is signed in (" + user
					.getClass()
					.getSimpleName() + ") there is no access token of the agent's tenant: "
						+ ((issuer != null) ? "the user's token is of issuer " + issuer
								: "no token came with this sign-in")
						+ ", and access tokens of these issuers are accepted, spelled as here: "
						+ String.join(", ", accepted)
						+ ". Let the user sign in at the agent's tenant, or send an access token of that tenant, not an ID "
						+ "token, as the bearer token. If it is the same LumoAuth by another name, such as localhost and "
						+ "127.0.0.1, use one name for lumoauth.url and for the sign-in. LumoAuth also accepts the tokens of "
						+ "the issuers in lumoauth.user.issuers (of a login: its provider's issuer-uri), and those that are "
						+ "found by a bean of type " + UserTokenResolver.class.getName()
						+ ((issuer != null) ? ""
								: ". A password and Spring Security's @WithMockUser give no token: in a test, use "
										+ "@WithUser of lumoauth-spring-boot-starter-test, or a request with jwt()"),
				null);
	}

	/**
	 * The issuer comes from somebody else's token.
	 */
	private static @Nullable String issuer(Authentication user) {
		Object issuer = null;
		if (user.getPrincipal() instanceof ClaimAccessor claims) {
			issuer = claims.getClaims().get("iss");
		}
		else if (user.getPrincipal() instanceof OAuth2AuthenticatedPrincipal principal) {
			issuer = principal.getAttribute("iss");
		}
		String text = (issuer != null) ? issuer.toString().replaceAll("[^!-~]", "?") : null;
		return (text != null && text.length() > MAX_ISSUER) ? text.substring(0, MAX_ISSUER) + "..." : text;
	}

}
