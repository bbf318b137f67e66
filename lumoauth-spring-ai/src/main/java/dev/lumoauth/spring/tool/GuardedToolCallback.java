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

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.ResultText;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import dev.lumoauth.spring.guard.tool.ToolInput;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;

/**
 * A tool callback behind the guard: each call is checked, for every caller; first the
 * capability, then the user.
 */
final class GuardedToolCallback extends ForwardingToolCallback implements IdentifiedCode {

	private final Guard guard;

	private final OnRefusal refusal;

	private final GuardTerms terms;

	/** Finds the terms again, if the object behind the tool can be exchanged. */
	private final @Nullable Supplier<@Nullable GuardTerms> changing;

	/** The method that the tool calls next, if that method checks its own calls. */
	private final @Nullable ToolMethod next;

	private final Object code;

	/**
	 * Create the callback.
	 * @param tool the tool to call
	 * @param guard makes the calls of an agent's tools
	 * @param refusal turns a refusal into a text, or throws it
	 * @param terms the terms of the tool
	 * @param changing finds the terms if they may change; {@code null} if they can't
	 * change
	 * @param next the method that the tool calls next, if that method checks its own
	 * calls
	 * @param code what the tool runs, which identifies the tool
	 */
	GuardedToolCallback(ToolCallback tool, Guard guard, OnRefusal refusal, GuardTerms terms,
			@Nullable Supplier<@Nullable GuardTerms> changing, @Nullable ToolMethod next, Object code) {
		super(tool);
		this.guard = guard;
		this.refusal = refusal;
		this.terms = terms;
		this.changing = changing;
		this.next = next;
		this.code = code;
	}

	/**
	 * Find the guard around a tool, or in the proxy of a tool.
	 * @param tool any object
	 * @return the guard, or {@code null} if it has none
	 */
	static @Nullable GuardedToolCallback around(Object tool) {
		if (tool instanceof GuardedToolCallback guarded) {
			return guarded;
		}
		if (tool instanceof CallerBoundToolCallback bound) {
			return around(bound.tool());
		}
		if (tool instanceof ToolCallback && GuardCoverage.isFoundAnew(tool)) {
			Object bean = GuardCoverage.found(tool);
			return (bean != null) ? around(bean) : null;
		}
		if (tool instanceof ToolCallback && tool instanceof Advised advised) {
			for (Advisor advisor : advised.getAdvisors()) {
				if (advisor.getAdvice() instanceof ToolAdvice advice) {
					return advice.guarded();
				}
			}
		}
		return null;
	}

	/**
	 * Return the current terms of the tool.
	 */
	GuardTerms toolTerms() {
		GuardTerms now = (this.changing != null) ? GuardTerms.both(this.terms, this.changing.get()) : null;
		return (now != null) ? now : this.terms;
	}

	boolean isFixed() {
		return this.changing == null;
	}

	/**
	 * Return what makes the calls.
	 */
	Guard calls() {
		return this.guard;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A server may describe its tool in another way tomorrow. Then it is another tool.
	 */
	@Override
	public List<? extends @Nullable Object> identity() {
		ToolDefinition definition = getToolDefinition();
		return List.of(this.code, definition.description(), definition.inputSchema());
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		if (tool() instanceof FoundTool found) {
			return found.call(toolInput, toolContext);
		}
		GuardTerms now = toolTerms();
		ToolInput input = input(toolInput, now);
		return guard(input, now, () -> tool().call(input.received(), toolContext));
	}

	/**
	 * Return what the model wrote.
	 * @param toolInput the text
	 * @param now the terms of this call
	 */
	ToolInput input(String toolInput, GuardTerms now) {
		return ToolInput.of(toolInput, now, this.guard);
	}

	/**
	 * Run the tool, or refuse the call.
	 * @param input the arguments; {@code null} if they are not known
	 * @param now the terms of this call
	 * @param run runs the tool
	 * @return the answer, or the text that the model reads instead
	 */
	String guard(@Nullable ToolInput input, GuardTerms now, Supplier<String> run) {
		try {
			return this.guard.call(guarded(input, now), run::get);
		}
		catch (RuntimeException ex) {
			String text = this.refusal.translate(ex);
			if (text == null) {
				throw ex;
			}
			return text;
		}
	}

	private GuardedCall guarded(@Nullable ToolInput input, GuardTerms now) {
		String name = getToolDefinition().name();
		GuardedCall call = (this.next != null) ? this.next.calledBy(name, now) : GuardedCall.ofTool(name, now);
		return (input != null) ? input.shownIn(call, this, () -> getToolDefinition().inputSchema(), ResultText.TEXT)
				: call;
	}

	@Override
	public String toString() {
		return "GuardedToolCallback{" + this.terms + ", " + tool() + '}';
	}

}
