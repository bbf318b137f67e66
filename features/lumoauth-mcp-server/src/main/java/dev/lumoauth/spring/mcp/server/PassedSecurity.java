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

package dev.lumoauth.spring.mcp.server;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;

/**
 * Makes the application's own security let requests pass that this security has decided
 * about. It wraps the application's security instead of extending it: an additional
 * filter chain bean would replace the default chain by which Spring Security locks all
 * pages of an application without its own.
 */
final class PassedSecurity implements BeanPostProcessor {

	private static final boolean SERVLET = isPresent("jakarta.servlet.Filter");

	private static final boolean REACTIVE = isPresent("org.springframework.web.server.WebFilter");

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, PassedSecurity.class.getClassLoader());
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (SERVLET && Servlet.isSecurity(bean)) {
			return new Servlet((FilterChainProxy) bean);
		}
		return (REACTIVE && Reactive.isSecurity(bean)) ? new Reactive((WebFilterChainProxy) bean) : bean;
	}

	private static final class Servlet extends FilterChainProxy {

		private final FilterChainProxy security;

		Servlet(FilterChainProxy security) {
			super(security.getFilterChains());
			this.security = security;
		}

		static boolean isSecurity(Object bean) {
			return bean instanceof FilterChainProxy && !(bean instanceof Servlet);
		}

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			if (request.getAttribute(McpVerdict.DECIDED) != null) {
				chain.doFilter(request, response);
			}
			else {
				this.security.doFilter(request, response, chain);
			}
		}

		@Override
		public @Nullable List<Filter> getFilters(String url) {
			return this.security.getFilters(url);
		}

		@Override
		public List<SecurityFilterChain> getFilterChains() {
			return this.security.getFilterChains();
		}

	}

	private static final class Reactive extends WebFilterChainProxy {

		private final WebFilterChainProxy security;

		Reactive(WebFilterChainProxy security) {
			super(List.<SecurityWebFilterChain>of());
			this.security = security;
		}

		static boolean isSecurity(Object bean) {
			return bean instanceof WebFilterChainProxy && !(bean instanceof Reactive);
		}

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			return (exchange.getAttributes().get(McpVerdict.DECIDED) != null) ? chain.filter(exchange)
					: this.security.filter(exchange, chain);
		}

	}

}
