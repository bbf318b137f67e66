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

package dev.lumoauth.devserver.dpop;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;

import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RequestLog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Verifies the DPoP proof of a token request (RFC 9449, section 5) before the client is
 * authenticated, because a request that lacks a nonce must not use up an assertion. Not a
 * bean: the filter belongs into one filter chain, and Spring Boot would put it before all
 * chains.
 */
public final class DpopTokenRequests extends OncePerRequestFilter {

	private final DpopProofs proofs;

	public DpopTokenRequests(DpopProofs proofs) {
		this.proofs = proofs;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !ApiPaths.isAt(request, ApiPaths.TOKEN) || request.getHeader(DpopProofs.HEADER) == null;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			DpopProofs.setThumbprint(request,
					this.proofs.verify(request, response, CurrentTenant.get().dpopNonces(), null));
		}
		catch (DpopException ex) {
			RequestLog.note(request, ex.error() + ": " + ex.description());
			ErrorAnswer.oauth(HttpStatus.BAD_REQUEST, ex.error(), ex.description()).writeTo(response);
			return;
		}
		chain.doFilter(new Verified(request), response);
	}

	/**
	 * Hides the proof from Spring Authorization Server, which would verify it once more
	 * in its own way.
	 */
	private static final class Verified extends HttpServletRequestWrapper {

		private Verified(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable String getHeader(String name) {
			return DpopProofs.HEADER.equalsIgnoreCase(name) ? null : super.getHeader(name);
		}

		@Override
		public Enumeration<String> getHeaders(String name) {
			return DpopProofs.HEADER.equalsIgnoreCase(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
		}

	}

}
