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

package dev.lumoauth.spring.tool;

import java.util.Arrays;

import dev.lumoauth.spring.guard.GuardTerms;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.aop.framework.Advised;

/**
 * A provider whose tools are all guarded: it replaces another provider, or is in its
 * proxy.
 */
final class GuardedProvider implements ToolCallbackProvider, MethodInterceptor {

	private final ToolCallbackProvider provider;

	private final HandedOutTools handedOut;

	/**
	 * Create the provider.
	 * @param provider provides the tools; in a proxy, the object behind the proxy
	 * @param handedOut guards the tools
	 */
	GuardedProvider(ToolCallbackProvider provider, HandedOutTools handedOut) {
		this.provider = provider;
		this.handedOut = handedOut;
	}

	/**
	 * Return whether every tool of a provider is guarded.
	 * @param provider the provider
	 * @param terms the terms that each tool must have at least, or {@code null}
	 */
	static boolean isAround(Object provider, @Nullable GuardTerms terms) {
		if (provider instanceof GuardedProvider guarded) {
			GuardTerms ofAll = guarded.handedOut.terms();
			return terms == null || (ofAll != null && ofAll.includes(terms));
		}
		return provider instanceof Advised advised && Arrays.stream(advised.getAdvisors())
			.anyMatch((advisor) -> advisor.getAdvice() instanceof GuardedProvider guarded && isAround(guarded, terms));
	}

	@Override
	public ToolCallback[] getToolCallbacks() {
		return Arrays.stream(this.provider.getToolCallbacks()).map(this.handedOut.guard()).toArray(ToolCallback[]::new);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		return this.handedOut.of(invocation);
	}

	@Override
	public String toString() {
		return "GuardedProvider{" + this.provider + '}';
	}

}
