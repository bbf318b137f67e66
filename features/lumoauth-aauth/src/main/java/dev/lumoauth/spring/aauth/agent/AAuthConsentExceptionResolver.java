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

package dev.lumoauth.spring.aauth.agent;

import java.io.IOException;
import java.io.UncheckedIOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Lets {@link AAuthConsentFilter} handle exceptions of controllers, before a handler for
 * all exceptions turns them into something else.
 *
 * @since 0.1.0
 */
public final class AAuthConsentExceptionResolver implements HandlerExceptionResolver, Ordered {

	private final AAuthConsentFilter filter;

	/**
	 * Create a resolver.
	 * @param filter the filter that answers
	 */
	public AAuthConsentExceptionResolver(AAuthConsentFilter filter) {
		this.filter = filter;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		try {
			return this.filter.answer(ex, request, response) ? new ModelAndView() : null;
		}
		catch (IOException failure) {
			throw new UncheckedIOException(failure);
		}
	}

}
