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

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilityRequirements;
import dev.lumoauth.spring.capability.GuardRegister;
import dev.lumoauth.spring.capability.GuardReports;
import dev.lumoauth.spring.capability.RefusalText;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.OnBehalfOfUserAnnotations;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;

/**
 * Puts the guard around the {@code @McpTool} methods of the application's own MCP server:
 * around the specifications that the server serves, so that the caller reads the refusal
 * and not, as Spring AI answers for an exception, the text of its root cause as well.
 *
 * @since 0.1.0
 */
public final class McpToolPostProcessor implements BeanPostProcessor {

	private static final Field TOOL_METHOD = ToolInternals.field(AbstractMcpToolMethodCallback.class, "toolMethod");

	private static final Field TOOL_OBJECT = ToolInternals.field(AbstractMcpToolMethodCallback.class, "toolObject");

	private final CapabilityRequirements annotations;

	private final OnBehalfOfUserAnnotations users;

	private final Supplier<CapabilityDecisions> decisions;

	private final Supplier<CurrentUser> user;

	private final ToolObservations observations;

	private final GuardRegister.Place place;

	private final GuardReports reports;

	/**
	 * Create the post-processor.
	 * @param annotations where {@code @RequiresCapability} is looked up
	 * @param users where {@code @OnBehalfOfUser} is looked up
	 * @param decisions who decides; asked for when the first tool is called
	 * @param user for whom tools act; asked for when the first such tool is called
	 * @param observations who observes
	 * @param place where it is noted which tools are guarded
	 * @param reports who is told of the decisions
	 */
	public McpToolPostProcessor(CapabilityRequirements annotations, OnBehalfOfUserAnnotations users,
			Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, ToolObservations observations,
			GuardRegister.Place place, GuardReports reports) {
		this.reports = reports;
		this.annotations = annotations;
		this.users = users;
		this.decisions = decisions;
		this.user = user;
		this.observations = observations;
		this.place = place;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof List<?> list) || list.stream().noneMatch(this::isToolSpecification)) {
			return bean;
		}
		return list.stream().map(this::guarded).toList();
	}

	private boolean isToolSpecification(Object element) {
		return element instanceof McpServerFeatures.SyncToolSpecification
				|| element instanceof McpServerFeatures.AsyncToolSpecification
				|| element instanceof McpStatelessServerFeatures.SyncToolSpecification
				|| element instanceof McpStatelessServerFeatures.AsyncToolSpecification;
	}

	private Object guarded(Object element) {
		if (element instanceof McpServerFeatures.SyncToolSpecification tool) {
			ToolTerms terms = noted(termsOf(tool.callHandler()), tool.tool().name());
			return (terms == null) ? tool
					: new McpServerFeatures.SyncToolSpecification(tool.tool(), sync(tool.callHandler(), terms));
		}
		if (element instanceof McpServerFeatures.AsyncToolSpecification tool) {
			CapabilityRequirement requirement = requirementOf(tool.callHandler(), tool.tool().name());
			return (requirement == null) ? tool
					: new McpServerFeatures.AsyncToolSpecification(tool.tool(), async(tool.callHandler(), requirement));
		}
		if (element instanceof McpStatelessServerFeatures.SyncToolSpecification tool) {
			ToolTerms terms = noted(termsOf(tool.callHandler()), tool.tool().name());
			return (terms == null) ? tool : new McpStatelessServerFeatures.SyncToolSpecification(tool.tool(),
					sync(tool.callHandler(), terms));
		}
		if (element instanceof McpStatelessServerFeatures.AsyncToolSpecification tool) {
			CapabilityRequirement requirement = requirementOf(tool.callHandler(), tool.tool().name());
			return (requirement == null) ? tool : new McpStatelessServerFeatures.AsyncToolSpecification(tool.tool(),
					async(tool.callHandler(), requirement));
		}
		return element;
	}

	private @Nullable ToolTerms noted(@Nullable ToolTerms terms, String name) {
		if (terms != null) {
			this.place.note(name, terms.requirement(), terms.onBehalfOfUser());
		}
		return terms;
	}

	/**
	 * For whom such a tool acts the guard around its method sees to.
	 */
	private @Nullable CapabilityRequirement requirementOf(Object handler, String name) {
		ToolTerms terms = termsOf(handler);
		if (terms == null || terms.requirement() == null) {
			return null;
		}
		noted(terms, name);
		return terms.requirement();
	}

	private @Nullable ToolTerms termsOf(Object handler) {
		if (!(handler instanceof AbstractMcpToolMethodCallback<?, ?>)) {
			return null;
		}
		Method method = (Method) ReflectionUtils.getField(TOOL_METHOD, handler);
		Object object = ReflectionUtils.getField(TOOL_OBJECT, handler);
		if (method == null || object == null) {
			throw new IllegalStateException("An @McpTool without a method or an object: " + handler);
		}
		Class<?> type = AopUtils.getTargetClass(object);
		CapabilityRequirement requirement = this.annotations.find(method, type);
		boolean onBehalfOfUser = this.users.isOn(method, type);
		return (requirement != null || onBehalfOfUser) ? new ToolTerms(requirement, onBehalfOfUser) : null;
	}

	private <E> BiFunction<E, CallToolRequest, CallToolResult> sync(
			BiFunction<E, CallToolRequest, CallToolResult> handler, ToolTerms terms) {
		return (exchange, request) -> {
			ToolObservation observation = this.observations.of(request.name(), terms.requirement());
			return observation.observe(() -> {
				CapabilityDecision refused = refused(request.name(), terms);
				if (refused != null) {
					return refused(refused, observation);
				}
				return terms.onBehalfOfUser()
						? forUser(request.name(), terms, () -> handler.apply(exchange, request), observation)
						: handler.apply(exchange, request);
			});
		};
	}

	private @Nullable CapabilityDecision refused(String tool, ToolTerms terms) {
		if (terms.requirement() == null) {
			return null;
		}
		CapabilityDecision decision = decide(tool, terms.requirement());
		return decision.isGranted() ? null : decision;
	}

	private CapabilityDecision decide(String tool, CapabilityRequirement requirement) {
		CapabilityDecision decision = this.decisions.get().decide(requirement);
		if (this.reports.wants(decision)) {
			this.reports.tool(tool, requirement, decision);
		}
		return decision;
	}

	/**
	 * Never the agent itself: without a user nothing runs.
	 */
	private CallToolResult forUser(String tool, ToolTerms terms, Supplier<CallToolResult> call,
			ToolObservation observation) {
		UserToken token;
		try {
			token = this.user.get().require();
		}
		catch (LumoAuthException ex) {
			this.reports.tool(tool, terms.requirement(), ex);
			observation.failed(ex);
			return refused((ex instanceof UserRequiredException) ? UserRequiredException.TEXT_FOR_MODEL
					: RefusalText.UNAVAILABLE);
		}
		return UserScope.call(token, call);
	}

	private <E> BiFunction<E, CallToolRequest, Mono<CallToolResult>> async(
			BiFunction<E, CallToolRequest, Mono<CallToolResult>> handler, CapabilityRequirement requirement) {
		return (exchange, request) -> Mono.deferContextual((context) -> {
			ToolObservation observation = this.observations.of(request.name(), requirement);
			return Mono.fromCallable(() -> observation.inScope(() -> decide(request.name(), requirement)))
				.subscribeOn(Schedulers.boundedElastic())
				.flatMap((decision) -> decision.isGranted() ? handler.apply(exchange, request)
						: Mono.just(refused(decision, observation)))
				.transform((call) -> observation.observe(call, context));
		});
	}

	private static CallToolResult refused(CapabilityDecision decision, ToolObservation observation) {
		observation.refused(decision);
		return refused(RefusalText.of(decision));
	}

	private static CallToolResult refused(String text) {
		return CallToolResult.builder().addTextContent(text).isError(true).build();
	}

}
