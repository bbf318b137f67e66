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

package com.example.woven;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.test.ScriptedChatModel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;

/**
 * Starts with each shape alone. Then calls every shape before there is a context, without
 * the capability, with it, after it was taken back, with LumoAuth turned off, and after
 * all is closed; and says each time what came of it.
 */
@EnableAutoConfiguration
@Configuration(proxyBeanMethods = false)
public class Application {

	private final Map<String, Callable<@Nullable Object>> calls = new LinkedHashMap<>();

	Application() {
		Shapes.Methods methods = new Shapes.Methods();
		this.calls.put("self-call", methods::viaThis);
		this.calls.put("new object", methods::overridable);
		this.calls.put("private", methods::viaPrivate);
		this.calls.put("static", Shapes.Methods::fixed);
		this.calls.put("final", methods::unchangeable);
		this.calls.put("primitive and varargs", () -> methods.number(1, 2, "3"));
		this.calls.put("composed", methods::composed);
		this.calls.put("composed twice", methods::composedTwice);
		this.calls.put("composed thrice", methods::composedThrice);
		this.calls.put("super", new Shapes.Overriding()::overridable);
		this.calls.put("toString", methods::toString);
		this.calls.put("Mono", () -> methods.later().block());
		this.calls.put("Flux", () -> methods.stream().blockLast());
		this.calls.put("type", () -> new Shapes.Typed().apply(""));
		this.calls.put("lambda in a type", new Shapes.Typed()::viaLambda);
		this.calls.put("static of a type", Shapes.Typed::fixed);
		this.calls.put("inherited by a type", () -> new Shapes.Inheriting().apply(""));
		this.calls.put("added to a type", new Shapes.Inheriting()::added);
		// Its superclass is loaded after it.
		this.calls.put("added to a composed type", new Shapes.AddingToComposed()::added);
		this.calls.put("composed type", new Shapes.ComposedType()::run);
		this.calls.put("record", new Shapes.Document("a")::read);
		this.calls.put("enum", Shapes.Shelf.OPEN::read);
		this.calls.put("enum constant", Shapes.Shelf.CLOSED::read);
		this.calls.put("final class", new Shapes.Closed()::read);
		this.calls.put("default method", new Shapes.Implementation()::provided);
		this.calls.put("static of an interface", Shapes.Contract::fixed);
		this.calls.put("tool", () -> ToolCallbacks.from(methods)[0].call("{}"));
		this.calls.put("function tool",
				() -> FunctionToolCallback.builder("function", new Shapes.Typed())
					.inputType(String.class)
					.build()
					.call("\"\""));
		this.calls.put("tool callback", () -> new Shapes.Callback().call("{}"));
		this.calls.put("chat",
				() -> ChatClient.create(ScriptedChatModel.obeyingBlindly())
					.prompt("overridable")
					.tools(new Shapes.Methods())
					.call()
					.content());
	}

	/**
	 * Run it.
	 * @param args {@code woven} to go on after the start with each shape alone
	 * @throws Exception if it can't be run
	 */
	public static void main(String[] args) throws Exception {
		try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth()) {
			startWithEach(lumoAuth);
			if (Arrays.asList(args).contains("woven")) {
				new Application().run(lumoAuth);
			}
		}
	}

	private static void startWithEach(LoopbackLumoAuth lumoAuth) {
		for (Object shape : List.of(new Shapes.Document("a"), new Shapes.Closed(), new Shapes.Hidden(),
				Shapes.Shelf.OPEN, new Shapes.Plain())) {
			try (ConfigurableApplicationContext context = builder(lumoAuth, true)
				.initializers((GenericApplicationContext starting) -> register(shape, starting))
				.run()) {
				say("start " + shape.getClass().getSimpleName(), "started");
			}
			catch (RuntimeException ex) {
				say("start " + shape.getClass().getSimpleName(),
						String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex)));
			}
		}
	}

	@SuppressWarnings("unchecked")
	private static <T> void register(T shape, GenericApplicationContext context) {
		context.registerBean((Class<T>) shape.getClass(), () -> shape);
	}

	private void run(LoopbackLumoAuth lumoAuth) {
		callAll("before");
		try (ConfigurableApplicationContext context = start(lumoAuth, true)) {
			context.getBeansOfType(Object.class)
				.forEach((name, bean) -> sayIfOurs("bean " + name, bean.getClass().getName()));
			callAll("denied");
			Callable<@Nullable Object> chat = () -> ChatClient.create(context.getBean(ChatModel.class))
				.prompt("overridable")
				.tools(new Shapes.Methods())
				.call()
				.content();
			call("denied", "chat of a model bean", chat);
			lumoAuth.grant("read:documents");
			context.getBean(CapabilityDecisions.class).invalidate();
			callAll("allowed");
			call("allowed", "chat of a model bean", chat);
			call("allowed", "failing", () -> {
				new Shapes.Methods().failing();
				return "";
			});
			call("allowed", "without a user", new Shapes.Methods()::mine);
			revoke(lumoAuth, context);
		}
		callAll("closed");
		try (ConfigurableApplicationContext off = start(lumoAuth, false)) {
			callAll("off");
		}
	}

	private void revoke(LoopbackLumoAuth lumoAuth, ConfigurableApplicationContext context) {
		Mono<String> later = new Shapes.Methods().later();
		Flux<String> stream = new Shapes.Methods().stream();
		call("allowed", "Mono subscribed to twice", () -> later.block() + later.block());
		call("allowed", "Flux subscribed to twice", () -> stream.blockLast() + stream.blockLast());
		lumoAuth.denyAll();
		context.getBean(CapabilityDecisions.class).invalidate();
		call("revoked", "Mono subscribed to again", later::block);
		call("revoked", "Flux subscribed to again", stream::blockLast);
		call("revoked", "not about the annotation",
				() -> new Shapes.Typed().equals("") + new Shapes.Typed().toString() + Shapes.Shelf.values().length
						+ Shapes.Shelf.valueOf("OPEN") + new Shapes.Document("a")
						+ new Shapes.Callback().getToolDefinition().name());
	}

	private static ConfigurableApplicationContext start(LoopbackLumoAuth lumoAuth, boolean enabled) {
		return builder(lumoAuth, enabled).sources(Beans.class).run();
	}

	private static SpringApplicationBuilder builder(LoopbackLumoAuth lumoAuth, boolean enabled) {
		return new SpringApplicationBuilder(Application.class).properties("lumoauth.url=" + lumoAuth.url(),
				"lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=pa55word",
				"lumoauth.enabled=" + enabled, "spring.main.banner-mode=off");
	}

	private void callAll(String phase) {
		this.calls.forEach((shape, call) -> call(phase, shape, call));
	}

	private static void call(String phase, String shape, Callable<@Nullable Object> call) {
		int before = Body.runs();
		String outcome;
		try {
			outcome = String.valueOf(call.call());
		}
		catch (Throwable ex) {
			outcome = ex.getClass().getSimpleName() + ": " + ex.getMessage();
		}
		say(phase + " / " + shape, (Body.runs() - before) + " / " + outcome);
	}

	private static void sayIfOurs(String what, String className) {
		if (className.startsWith("com.example.woven.Shapes")) {
			say(what, className);
		}
	}

	private static void say(String what, String outcome) {
		System.out.println("> " + what + " = " + outcome);
	}

}
