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

package dev.lumoauth.spring.token;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;

/**
 * Adds tokens to the requests of a {@code RestClient}. The interceptor
 * <ul>
 * <li>replaces the token and sends the request again, once, if the answer is 401 and
 * another token is available;</li>
 * <li>sends the request again, once, with the nonce that the server wants (RFC 9449
 * section 9);</li>
 * <li>offers a request that was answered with 403 to the {@link RefusedRequestHandler},
 * if there is one, and sends the request again, once, with the token that this returns.
 * Without a token, the 403 goes to the caller;</li>
 * <li>throws what fetching the token throws instead of sending a request without
 * one.</li>
 * </ul>
 * Use it with a request factory that does not follow redirects: they are followed below
 * the interceptors, so the token would be sent along.
 *
 * @since 0.1.0
 */
public final class AuthorizationInterceptor implements ClientHttpRequestInterceptor {

	private static final Log logger = LogFactory.getLog(AuthorizationInterceptor.class);

	private final RequestAuthorizer requests;

	/**
	 * Create an interceptor.
	 * @param requests decides which request gets which token
	 */
	public AuthorizationInterceptor(RequestAuthorizer requests) {
		this.requests = requests;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		RequestAuthorization authorization = this.requests.authorization(request.getURI(), request.getHeaders(),
				request.getAttributes(), RequestAuthorizer.Sender::ofThisThread);
		if (authorization == null) {
			return execution.execute(request, body);
		}
		ClientHttpResponse response = authorized(request, body, execution, authorization);
		return response.getStatusCode().isSameCodeAs(HttpStatus.FORBIDDEN)
				? sentAgain(request, body, execution, authorization, response) : response;
	}

	private static ClientHttpResponse authorized(HttpRequest request, byte[] body, ClientHttpRequestExecution execution,
			RequestAuthorization authorization) throws IOException {
		OAuth2AccessToken token = authorization.token();
		ClientHttpResponse response = send(request, body, execution, authorization.attachment(), token);
		if (!authorization.isRejected(token, response.getStatusCode(), response.getHeaders()::getOrEmpty)) {
			return response;
		}
		OAuth2AccessToken other = another(authorization, response);
		if (!RequestAuthorization.isAnother(other, token)) {
			return response;
		}
		response.close();
		return send(request, body, execution, authorization.attachment(), other);
	}

	/**
	 * Send a request, and send it again if its proof lacks the nonce that the server
	 * wants.
	 */
	private static ClientHttpResponse send(HttpRequest request, byte[] body, ClientHttpRequestExecution execution,
			TokenAttachment attachment, OAuth2AccessToken token) throws IOException {
		ClientHttpResponse response = execution.execute(authorized(request, attachment, token, null), body);
		String nonce = nonceWanted(request, attachment, token, response);
		if (nonce == null) {
			return response;
		}
		response.close();
		response = execution.execute(authorized(request, attachment, token, nonce), body);
		nonceWanted(request, attachment, token, response); // for the next request
		return response;
	}

	private static HttpRequest authorized(HttpRequest request, TokenAttachment attachment, OAuth2AccessToken token,
			@Nullable String nonce) {
		RequestCopy copy = new RequestCopy(request);
		attachment.attach(token, request.getMethod().name(), request.getURI(), nonce, copy.getHeaders()::set);
		return copy;
	}

	private static @Nullable String nonceWanted(HttpRequest request, TokenAttachment attachment,
			OAuth2AccessToken token, ClientHttpResponse response) throws IOException {
		return attachment.nonceWanted(token, request.getURI(), response.getStatusCode().value(),
				response.getHeaders()::getOrEmpty);
	}

	/**
	 * The answer to the second request goes to the caller, whatever it is.
	 */
	private static ClientHttpResponse sentAgain(HttpRequest request, byte[] body, ClientHttpRequestExecution execution,
			RequestAuthorization authorization, ClientHttpResponse refused) throws IOException {
		SingleUseToken token = tokenAfter(refused, authorization);
		if (token == null) {
			return refused;
		}
		refused.close();
		boolean taken = false;
		try {
			ClientHttpResponse response = send(request, body, execution, authorization.attachment(), token.token());
			taken = RequestAuthorization.isTaken(response.getStatusCode());
			return response;
		}
		finally {
			token.end(taken);
		}
	}

	private static @Nullable SingleUseToken tokenAfter(ClientHttpResponse refused, RequestAuthorization authorization) {
		CompletableFuture<Optional<SingleUseToken>> coming = authorization
			.afterRefusal(refused.getHeaders()::getOrEmpty);
		try {
			return coming.get().orElse(null);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			SingleUseToken.abandon(coming);
			return null;
		}
		catch (ExecutionException | CancellationException ex) {
			logger.debug("There is no other token for a refused request", ex);
			return null;
		}
	}

	private static OAuth2AccessToken another(RequestAuthorization authorization, ClientHttpResponse response) {
		try {
			return authorization.token();
		}
		catch (RuntimeException ex) {
			response.close();
			throw ex;
		}
	}

}
