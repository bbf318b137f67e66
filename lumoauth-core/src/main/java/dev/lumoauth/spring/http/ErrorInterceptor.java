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

package dev.lumoauth.spring.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.Set;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * Turns every response with an error status, and every failure to get a response, into
 * one of this library's exceptions, before Spring turns it into its own.
 */
record ErrorInterceptor(ErrorTranslator translator, RecentErrors errors,
		Consumer<LumoAuthBudgetExceededException> budgetListener) implements ClientHttpRequestInterceptor {

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
		Integer status = null;
		try {
			ClientHttpResponse response = execution.execute(request, body);
			status = response.getStatusCode().value();
			if (RequestMarks.answers(request).contains(status)) {
				return response;
			}
			try (response) {
				Set<String> secrets = RequestSecrets.of(request, body);
				throw this.translator.translate(request, ErrorAnswer.read(response), secrets);
			}
		}
		catch (LumoAuthException ex) {
			throw noted(request, status, ex);
		}
		catch (IOException ex) {
			throw noted(request, status,
					new LumoAuthUnavailableException("LumoAuth at " + RequestMarks.endpoint(request)
							+ " could not be reached: " + ex.getClass().getSimpleName()
							+ ((ex.getMessage() != null) ? ": " + Excerpt.of(ex.getMessage()) : "") + toCheck(ex), ex,
							!Thread.currentThread().isInterrupted()));
		}
	}

	/**
	 * Return what to check if there was no connection or no answer.
	 */
	private static String toCheck(IOException failure) {
		if (failure instanceof SSLException) {
			return " (check lumoauth.url and lumoauth.ssl-bundle)";
		}
		if (failure instanceof HttpTimeoutException && !(failure instanceof HttpConnectTimeoutException)) {
			return " (no answer within lumoauth.read-timeout, or within lumoauth.max-wait in a chat)";
		}
		return (failure instanceof ConnectException || failure instanceof UnknownHostException
				|| failure instanceof HttpConnectTimeoutException) ? " (check lumoauth.url)" : "";
	}

	/**
	 * Note a failure, if it is one. A request that was held back says nothing new: the
	 * reason is noted already. Whether an unknown address is a failure depends on the
	 * other address. These are not failures: nobody has decided yet, nothing depends on
	 * the answer, or a nonce is out of date.
	 */
	private LumoAuthException noted(HttpRequest request, @Nullable Integer status, LumoAuthException failure) {
		if (BoundedResponseInterceptor.wasSent(request) && !(failure instanceof UnknownAddressException)
				&& !(failure instanceof NoTokenYetException) && !(failure instanceof NonceWantedException)) {
			this.errors.add(RequestMarks.endpoint(request), status, failure);
		}
		if (failure instanceof LumoAuthBudgetExceededException exceeded) {
			this.budgetListener.accept(exceeded);
		}
		return failure;
	}

}
