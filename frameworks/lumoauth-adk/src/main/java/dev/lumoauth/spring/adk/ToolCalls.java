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

package dev.lumoauth.spring.adk;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import com.google.adk.JsonBaseModel;
import com.google.adk.agents.ReadonlyContext;
import com.google.adk.sessions.Session;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.Schema;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.ResultText;
import dev.lumoauth.spring.guard.tool.FrameworkGuard;
import dev.lumoauth.spring.guard.tool.ToolInput;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserToken;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.subjects.SingleSubject;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of tools: for the user of the session, whatever thread ADK has come to,
 * and behind the guard. A refusal becomes the result that a model reads.
 *
 * @param framework the guard of the agent
 * @param users knows the users of sessions
 */
record ToolCalls(FrameworkGuard framework, SessionUser users) {

	/** The user id of the session that ADK makes for an agent that runs as a tool. */
	private static final String AGENT_AS_TOOL = "tmp-user";

	private static final CallContext.Key<Caller> OUTER = new CallContext.Key<>("caller of an agent as a tool");

	private static final ResultText RESULT = ResultText.of(JsonBaseModel::toJsonString,
			(text) -> Map.of("result", text));

	/**
	 * Call a tool, if its terms allow that.
	 * @param tool the tool
	 * @param call describes the call
	 * @param arguments the arguments that the model wrote
	 * @param context the context of the call
	 * @param known for whom the call was begun; {@code null} for the user of the session
	 * @param run runs the tool with some arguments
	 * @return the result, or the refusal that the model reads
	 */
	Single<Map<String, Object>> call(GuardedTool tool, GuardedCall call, Map<String, Object> arguments,
			ToolContext context, @Nullable Caller known,
			Function<Map<String, Object>, Single<Map<String, Object>>> run) {
		return Single.defer(() -> {
			Caller caller = (known != null) ? known : caller(context);
			Session session = context.invocationContext().session();
			// Two users may have sessions with one id. An approval counts for one of
			// them.
			String conversation = this.framework.calls().isForOneCall(call.terms())
					? JsonBaseModel.toJsonString(List.of(session.appName(), session.userId(), session.id()))
					: session.id();
			CallContext here = CallContext.current().with(OUTER, (tool.tool instanceof AgentTool) ? caller : null);
			return Conversation.in(here, conversation).run(() -> caller.call(() -> call(tool, call, arguments, run)));
		}).onErrorResumeNext(this::refused);
	}

	private Single<Map<String, Object>> call(GuardedTool tool, GuardedCall call, Map<String, Object> arguments,
			Function<Map<String, Object>, Single<Map<String, Object>>> run) {
		if (tool.tool instanceof FunctionTool function && function.isStreaming()) {
			throw notPermitted(tool, "a method that returns a Flowable runs past the guard: return a Single instead");
		}
		if (!this.framework.calls().isForOneCall(call.terms())) {
			return this.framework.calls().call(call, () -> started(run.apply(arguments)));
		}
		ToolInput input = ToolInput.of(JsonBaseModel.toJsonString(arguments), call.terms(), this.framework.calls());
		return Single.just(this.framework.calls()
			.call(input.shownIn(call, tool.code(), () -> schema(tool), RESULT),
					() -> run.apply(CallArguments.read(input.received()).values()).blockingGet()));
	}

	/**
	 * Start a tool in the context of its call. Whoever waits for the result goes on
	 * outside of that context, since the next call of a model or of a tool may run there.
	 */
	private static Single<Map<String, Object>> started(Single<Map<String, Object>> tool) {
		SingleSubject<Map<String, Object>> result = SingleSubject.create();
		Disposable running = tool.subscribe(result::onSuccess, result::onError);
		return result.doOnDispose(running::dispose);
	}

	/**
	 * The user of the session alone counts, not the one of the thread: ADK lets the runs
	 * of a session wait for one another, and continues one on the thread of the other.
	 */
	private Caller caller(ToolContext context) {
		UserToken user = userOf(context);
		Caller outer = AGENT_AS_TOOL.equals(context.userId()) ? CallContext.current().get(OUTER) : null;
		return (user != null) ? Caller.of(user) : (outer != null) ? outer : Caller.NOBODY;
	}

	@Nullable UserToken userOf(ReadonlyContext context) {
		return this.users.of(context.invocationContext().session());
	}

	/**
	 * Return what the model reads of a failure.
	 * @return the refusal behind it; or the failure itself, if there is none or the
	 * caller of the agent gets it
	 */
	Single<Map<String, Object>> refused(Throwable failure) {
		return Single.defer(() -> {
			String text = this.framework.onDenied().translate(failure);
			return (text != null) ? Single.just(Map.of("error", text)) : Single.error(failure);
		});
	}

	/**
	 * Refuse a call for a reason that only people can do something about.
	 */
	static RuntimeException notPermitted(BaseTool tool, String why) {
		String message = "The tool '" + tool.name() + "' is refused: " + why;
		LogFactory.getLog(ToolCalls.class).error(message);
		return new ResourceDeniedException(message);
	}

	static String schema(BaseTool tool) {
		return tool.declaration()
			.flatMap((declaration) -> declaration.parameters()
				.map(Schema::toJson)
				.or(() -> declaration.parametersJsonSchema().map(JsonBaseModel::toJsonString)))
			.orElse("");
	}

}
