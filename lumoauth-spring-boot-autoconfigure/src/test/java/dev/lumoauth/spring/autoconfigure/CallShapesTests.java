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

package dev.lumoauth.spring.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The shapes in which annotated code is written and called: each is guarded, or keeps the
 * application from starting.
 */
@SuppressWarnings("unchecked") // as an application calls raw types
class CallShapesTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("a").grant("b");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth));

	static String ran() {
		RUNS.incrementAndGet();
		return "ran";
	}

	@ParameterizedTest
	@EnumSource(Guarded.class)
	void isGuarded(Guarded shape) {
		RUNS.set(0);
		this.runner.withUserConfiguration(shape.type).run((context) -> {
			assertThat(context).hasNotFailed();
			Callable<?> call = () -> shape.call.of(context);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(call::call);
			assertThat(RUNS).hasValue(0);
			this.lumoAuth.grant("a");
			context.getBean(CapabilityDecisions.class).invalidate();
			call.call();
			assertThat(RUNS).hasValue(1);
		});
	}

	@ParameterizedTest
	@EnumSource(Refused.class)
	void keepsTheApplicationFromStarting(Refused shape) {
		this.runner.withUserConfiguration(shape.type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { MakesProxy.class, WrapsContract.class })
	void refusesADefaultMethodBehindAnUnknownProxy(Class<?> type) {
		this.runner.withUserConfiguration(type).run((context) -> {
			AnnotatedContract contract = context.getBean(AnnotatedContract.class);
			this.lumoAuth.grant("a");
			assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(contract::loudly)
				.withMessageContaining("is called on a proxy that the guard does not know");
			assertThat(contract.run()).isEqualTo("ran");
		});
	}

	@Test
	void refusesADefaultMethodOfAWrappedBean() {
		this.runner.withUserConfiguration(WrapsRuns.class).run((context) -> {
			WiderContract contract = context.getBean(WiderContract.class);
			this.lumoAuth.grant("a");
			assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(contract::loudly);
			assertThat(contract.run()).isEqualTo("ran");
		});
	}

	@Test
	void callsWhatAClassBehindAProxyHasInsteadOfADefaultMethod() {
		this.runner.withBean(AnnotatedContract.class, () -> {
			ProxyFactory factory = new ProxyFactory();
			factory.setTarget(new OwnLoudly());
			factory.setInterfaces(AnnotatedContract.class);
			return (AnnotatedContract) factory.getProxy();
		}).run((context) -> assertThat(context.getBean(AnnotatedContract.class).loudly()).isEqualTo("own"));
	}

	static class OwnLoudly extends CalledByItsOwn {

		@Override
		public String loudly() {
			return "own";
		}

	}

	@SuppressWarnings("unchecked") // Beans of generic types.
	enum Guarded {

		CLASS(Plain.class, (beans) -> beans.getBean(Plain.class).run()),

		METHOD_REFERENCE(Plain.class, (beans) -> ((Supplier<String>) beans.getBean(Plain.class)::run).get()),

		REFLECTION(Plain.class, (beans) -> {
			try {
				return Plain.class.getMethod("run").invoke(beans.getBean(Plain.class));
			}
			catch (java.lang.reflect.InvocationTargetException ex) {
				throw (Exception) ex.getTargetException();
			}
		}),

		METHOD_HANDLE(Plain.class, (beans) -> {
			try {
				return (String) MethodHandles.lookup()
					.findVirtual(Plain.class, "run", MethodType.methodType(String.class))
					.invoke(beans.getBean(Plain.class));
			}
			catch (Throwable ex) {
				throw (Exception) ex;
			}
		}),

		SUPERCLASS(OfSuperclass.class, (beans) -> ((Plain) beans.getBean(OfSuperclass.class)).run()),

		SUPER_CALL(CallsSuper.class, (beans) -> beans.getBean(CallsSuper.class).run()),

		INHERITED_ANNOTATION_OF_A_TYPE(OfAnnotatedType.class, (beans) -> beans.getBean(OfAnnotatedType.class).more()),

		INHERITED_METHOD_OF_AN_ANNOTATED_SUBCLASS(AnnotatedSubclass.class,
				(beans) -> beans.getBean(AnnotatedSubclass.class).run()),

		ANNOTATED_INTERFACE(OfAnnotatedInterface.class, (beans) -> beans.getBean(AnnotatedInterface.class).run()),

		ANNOTATED_METHOD_OF_AN_INTERFACE(OfInterface.class, (beans) -> beans.getBean(OfInterface.class).run()),

		INTERFACE_OF_AN_INTERFACE(OfSubinterface.class, (beans) -> ((Runs) beans.getBean(Subinterface.class)).run()),

		METHOD_OF_A_SUPERCLASS_FOR_AN_INTERFACE(Adapts.class, (beans) -> beans.getBean(Runs.class).run()),

		BRIDGE_OF_A_PARAMETER(Specific.class, (beans) -> beans.getBean(Generic.class).handle("x")),

		BRIDGE_OF_A_RESULT(Covariant.class, (beans) -> ((Makes) beans.getBean(Covariant.class)).make()),

		BRIDGE_OF_A_SUPERCLASS(OfGenericClass.class,
				(beans) -> ((GenericClass) beans.getBean(OfGenericClass.class)).handle("x")),

		DEFAULT_METHOD(HasDefaultMethod.class, (beans) -> beans.getBean(HasDefaultMethod.class).run()),

		DEFAULT_METHOD_CALLS(CalledByDefaultMethod.class,
				(beans) -> beans.getBean(CalledByDefaultMethod.class).loudly()),

		DEFAULT_METHOD_OF_THE_ANNOTATED_INTERFACE(CalledByItsOwn.class,
				(beans) -> beans.getBean(CalledByItsOwn.class).loudly()),

		PRIVATE_METHOD_OF_AN_INTERFACE(CalledByPrivateMethod.class,
				(beans) -> beans.getBean(CalledByPrivateMethod.class).loudly()),

		DEFAULT_METHOD_OF_A_SUBINTERFACE(CalledBySubinterface.class,
				(beans) -> beans.getBean(CalledBySubinterface.class).loudly()),

		LAMBDA_IN_A_DEFAULT_METHOD(CalledByLambda.class, (beans) -> beans.getBean(CalledByLambda.class).loudly()),

		DEFAULT_METHOD_ON_OTHER_TERMS(OnOtherTerms.class, (beans) -> beans.getBean(OnOtherTerms.class).loudly()),

		DEFAULT_METHOD_OF_A_LAMBDA(MakesContract.class, (beans) -> beans.getBean(AnnotatedContract.class).loudly()),

		DEFAULT_METHOD_OF_JAVA(OfComparator.class,
				(beans) -> beans.getBean(Comparator.class).thenComparing((some) -> 1).compare("x", "y")),

		DEFAULT_METHOD_THAT_OVERRIDES_ANOTHER(OverridesDefault.class,
				(beans) -> louder(beans.getBean(Louder.class).loudly())),

		OVERRIDDEN_DEFAULT_METHOD(OverridesDefault.class,
				(beans) -> louder(beans.getBean(WiderContract.class).loudly())),

		DEFAULT_METHOD_OF_AN_ABSTRACT_ONE(OverridesAbstract.class, (beans) -> beans.getBean(Loud.class).loudly()),

		DEFAULT_METHOD_THAT_OVERRIDES_A_GENERIC_ONE(OverridesGeneric.class,
				(beans) -> louder(beans.getBean(OverridesGeneric.class).loudly("x"))),

		OVERRIDDEN_GENERIC_DEFAULT_METHOD(OverridesGeneric.class,
				(beans) -> louder(((GenericContract<String>) beans.getBean(OverridesGeneric.class)).loudly("x"))),

		DEFAULT_METHOD_OF_A_PROXY_WITH_ADVICE(MakesAdvisedProxy.class,
				(beans) -> advised(beans.getBean(AnnotatedContract.class).loudly())),

		DEFAULT_METHODS_WITH_THE_SAME_TERMS(AllDefaultMethods.class,
				(beans) -> beans.getBean(AllDefaultMethods.class).loudly()),

		COMPOSED_ANNOTATION(Composed.class, (beans) -> beans.getBean(Composed.class).run()),

		PACKAGE_PRIVATE(PackagePrivate.class, (beans) -> beans.getBean(PackagePrivate.class).run()),

		VARARGS(Varargs.class, (beans) -> beans.getBean(Varargs.class).run("x", "y")),

		PROTOTYPE(Prototype.class, (beans) -> beans.getBean(Plain.class).run()),

		SCOPED_PROXY(Scoped.class, (beans) -> beans.getBean("plain", Plain.class).run()),

		LAZY(LazyBean.class, (beans) -> beans.getBean(UsesLazy.class).plain.run()),

		FACTORY_BEAN(MakesPlain.class, (beans) -> beans.getBean(Plain.class).run()),

		LAMBDA_OF_A_BEAN_METHOD(MakesLambda.class, (beans) -> beans.getBean(Runs.class).run()),

		LAMBDA_OF_AN_ANNOTATED_INTERFACE(MakesAnnotatedLambda.class,
				(beans) -> beans.getBean(AnnotatedInterface.class).run()),

		FUNCTION_BEAN(MakesFunction.class, (beans) -> beans.getBean(Function.class).apply("x")),

		COMPOSED_FUNCTION_BEAN(MakesFunction.class,
				(beans) -> beans.getBean(Function.class).andThen((x) -> x).compose((x) -> x).apply("x")),

		COMPOSED_FUNCTION_OF_A_CLASS(FunctionClass.class,
				(beans) -> beans.getBean(FunctionClass.class).andThen((text) -> text).apply("x")),

		COMPOSED_OWN_FUNCTION(OwnFunctionClass.class, (beans) -> beans.getBean(OwnFunction.class).twice().get()),

		PROXY_AROUND_A_PROXY(Wrapped.class, (beans) -> beans.getBean(Runs.class).run()),

		MONO(Reactive.class, (beans) -> beans.getBean(Reactive.class).mono().block()),

		FLUX_BEHIND_OBJECT(Reactive.class, (beans) -> ((Flux<?>) beans.getBean(Reactive.class).flux()).blockLast()),

		DEFAULT_METHOD_MAKES_A_PUBLISHER_ON_OTHER_TERMS(PublisherOnOtherTerms.class,
				(beans) -> beans.getBean(PublisherOnOtherTerms.class).both().block()),

		DEFAULT_METHOD_OF_A_MONO(ReactiveDefault.class, (beans) -> beans.getBean(ReactiveDefault.class).both().block()),

		FUTURE(Reactive.class, (beans) -> beans.getBean(Reactive.class).future().join());

		private final Class<?> type;

		private final Call call;

		Guarded(Class<?> type, Call call) {
			this.type = type;
			this.call = call;
		}

	}

	enum Refused {

		SUPERCLASS_CALLS(Hook.class), SUPERCLASS_OF_THE_SUPERCLASS_CALLS(DeepHook.class),
		FINAL_METHOD(FinalMethod.class), PRIVATE_METHOD(PrivateMethod.class), STATIC_METHOD(StaticMethod.class),
		FINAL_CLASS(FinalClass.class), RECORD(RecordBean.class), FUNCTION(ReturnsSupplier.class),
		STREAM(ReturnsStream.class), FUNCTION_IN_A_LIST(MakesFunctions.class),
		FINAL_CLASS_OF_A_BEAN_METHOD(MakesFinalClass.class);

		private final Class<?> type;

		Refused(Class<?> type) {
			this.type = type;
		}

	}

	@FunctionalInterface
	interface Call {

		Object of(ApplicationContext beans) throws Exception;

	}

	static class Plain {

		@RequiresCapability("a")
		public String run() {
			return ran();
		}

	}

	static class OfSuperclass extends Plain {

	}

	static class CallsSuper extends Plain {

		@Override
		public String run() {
			return super.run();
		}

	}

	@RequiresCapability("a")
	static class AnnotatedType {

		public String more() {
			return ran();
		}

	}

	static class OfAnnotatedType extends AnnotatedType {

	}

	static class Unannotated {

		public String run() {
			return ran();
		}

	}

	@RequiresCapability("a")
	static class AnnotatedSubclass extends Unannotated {

	}

	@RequiresCapability("a")
	@FunctionalInterface
	interface AnnotatedInterface {

		String run();

	}

	static class OfAnnotatedInterface implements AnnotatedInterface {

		@Override
		public String run() {
			return ran();
		}

	}

	interface Runs {

		@RequiresCapability("a")
		String run();

	}

	static class OfInterface implements Runs {

		@Override
		public String run() {
			return ran();
		}

	}

	interface Subinterface extends Runs {

	}

	static class OfSubinterface implements Subinterface {

		@Override
		public String run() {
			return ran();
		}

	}

	static class Adapts extends Unannotated implements Runs {

	}

	interface Generic<T> {

		String handle(T value);

	}

	static class Specific implements Generic<String> {

		@Override
		@RequiresCapability("a")
		public String handle(String value) {
			return ran();
		}

	}

	interface Makes {

		Object make();

	}

	static class Covariant implements Makes {

		@Override
		@RequiresCapability("a")
		public String make() {
			return ran();
		}

	}

	static class GenericClass<T> {

		public String handle(T value) {
			return "generic";
		}

	}

	static class OfGenericClass extends GenericClass<String> {

		@Override
		@RequiresCapability("a")
		public String handle(String value) {
			return ran();
		}

	}

	interface DefaultMethod {

		@RequiresCapability("a")
		default String run() {
			return ran();
		}

	}

	static class HasDefaultMethod implements DefaultMethod {

	}

	interface DefaultMethods extends DefaultMethod {

		@RequiresCapability("a")
		default String loudly() {
			return run();
		}

	}

	static class AllDefaultMethods implements DefaultMethods {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresCapability("a")
	@interface Reads {

	}

	static class Composed {

		@Reads
		public String run() {
			return ran();
		}

	}

	static class PackagePrivate {

		@RequiresCapability("a")
		String run() {
			return ran();
		}

	}

	static class Varargs {

		@RequiresCapability("a")
		public String run(String... values) {
			return ran();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototype {

		@Bean
		@Scope("prototype")
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Plain plain() {
			return new Plain();
		}

	}

	static class UsesLazy {

		private final Plain plain;

		UsesLazy(@Lazy Plain plain) {
			this.plain = plain;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyBean {

		@Bean
		@Lazy
		Plain plain() {
			return new Plain();
		}

		@Bean
		UsesLazy user(@Lazy Plain plain) {
			return new UsesLazy(plain);
		}

	}

	static class MakesPlain implements FactoryBean<Plain> {

		@Override
		public Plain getObject() {
			return new Plain();
		}

		@Override
		public Class<?> getObjectType() {
			return Plain.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesLambda {

		@Bean
		Runs runs() {
			return () -> ran();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesAnnotatedLambda {

		@Bean
		AnnotatedInterface runs() {
			return () -> ran();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesFunction {

		@Bean
		@RequiresCapability("a")
		Function<Object, Object> function() {
			return (value) -> ran();
		}

	}

	static class FunctionClass implements Function<String, String> {

		@Override
		@RequiresCapability("a")
		public String apply(String text) {
			return ran();
		}

	}

	@FunctionalInterface
	interface OwnFunction {

		String get();

		default OwnFunction twice() {
			return () -> get();
		}

	}

	static class OwnFunctionClass implements OwnFunction {

		@Override
		@RequiresCapability("a")
		public String get() {
			return ran();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Wrapped {

		@Bean
		Runs runs() {
			return new OfInterface();
		}

		@Bean
		static BeanPostProcessor wraps() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof Runs && !AopUtils.isAopProxy(bean)) ? ProxyFactory.getProxy(Runs.class,
							(org.aopalliance.intercept.MethodInterceptor) (call) -> ((Runs) bean).run()) : bean;
				}

			};
		}

	}

	static class Reactive {

		@RequiresCapability("a")
		public Mono<String> mono() {
			return Mono.fromSupplier(CallShapesTests::ran);
		}

		@RequiresCapability("a")
		public Object flux() {
			return Flux.defer(() -> Flux.just(ran()));
		}

		@RequiresCapability("a")
		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture(ran());
		}

	}

	interface ReactiveContract {

		@RequiresCapability("a")
		Mono<String> one();

		default Mono<String> both() {
			return one().map((text) -> text + text);
		}

	}

	static class ReactiveDefault implements ReactiveContract {

		@Override
		public Mono<String> one() {
			return Mono.fromSupplier(CallShapesTests::ran);
		}

	}

	@RequiresCapability("b")
	static class PublisherOnOtherTerms implements ReactiveContract {

		@Override
		public Mono<String> one() {
			return Mono.fromSupplier(CallShapesTests::ran);
		}

	}

	interface Contract {

		String run();

		default String loudly() {
			return run() + "!";
		}

	}

	static class CalledByDefaultMethod implements Contract {

		@Override
		@RequiresCapability("a")
		public String run() {
			return ran();
		}

	}

	interface AnnotatedContract {

		@RequiresCapability("a")
		String run();

		default String loudly() {
			return run() + "!";
		}

	}

	static class CalledByItsOwn implements AnnotatedContract {

		@Override
		public String run() {
			return ran();
		}

	}

	@RequiresCapability("b")
	static class OnOtherTerms extends CalledByItsOwn {

	}

	static class MakesContract {

		@Bean
		AnnotatedContract contract() {
			return CallShapesTests::ran;
		}

	}

	static class OfComparator implements Comparator<String> {

		@Override
		@RequiresCapability("a")
		public int compare(String one, String other) {
			return ran().length();
		}

	}

	interface PrivateContract {

		@RequiresCapability("a")
		String run();

		default String loudly() {
			return helped();
		}

		private String helped() {
			return run() + "!";
		}

	}

	static class CalledByPrivateMethod implements PrivateContract {

		@Override
		public String run() {
			return ran();
		}

	}

	interface WiderContract extends Runs {

		default String loudly() {
			return run() + "!";
		}

	}

	static class CalledBySubinterface implements WiderContract {

		@Override
		public String run() {
			return ran();
		}

	}

	interface LambdaContract extends Runs {

		default String loudly() {
			Supplier<String> run = this::run;
			return run.get();
		}

	}

	static class CalledByLambda implements LambdaContract {

		@Override
		public String run() {
			return ran();
		}

	}

	abstract static class Template {

		public String run() {
			return hook();
		}

		protected abstract String hook();

	}

	static class Hook extends Template {

		@Override
		@RequiresCapability("a")
		protected String hook() {
			return ran();
		}

	}

	abstract static class FinalCaller {

		protected final String call() {
			return hook();
		}

		protected abstract String hook();

	}

	abstract static class OpenCaller extends FinalCaller {

		public String run() {
			return call();
		}

	}

	static class DeepHook extends OpenCaller {

		@Override
		@RequiresCapability("a")
		protected String hook() {
			return ran();
		}

	}

	static class FinalMethod {

		@RequiresCapability("a")
		public final String run() {
			return ran();
		}

	}

	static class PrivateMethod {

		@RequiresCapability("a")
		private String run() {
			return ran();
		}

	}

	static class StaticMethod {

		@RequiresCapability("a")
		static String run() {
			return ran();
		}

	}

	static final class FinalClass {

		@RequiresCapability("a")
		public String run() {
			return ran();
		}

	}

	record RecordBean() {

		@RequiresCapability("a")
		public String run() {
			return ran();
		}

	}

	static class ReturnsSupplier {

		@RequiresCapability("a")
		public Supplier<String> run() {
			return () -> ran();
		}

	}

	static class ReturnsStream {

		@RequiresCapability("a")
		public Stream<String> run() {
			return Stream.generate(() -> ran());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesFunctions {

		@Bean
		@RequiresCapability("a")
		java.util.List<Function<String, String>> functions() {
			return java.util.List.of((text) -> ran());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesFinalClass {

		@Bean
		@RequiresCapability("a")
		FinalClass made() {
			return new FinalClass();
		}

	}

	static Object louder(String text) {
		assertThat(text).endsWith("!!");
		return text;
	}

	static Object advised(String text) {
		assertThat(text).isEqualTo("[[ran]!]");
		return text;
	}

	interface Louder extends WiderContract {

		@Override
		default String loudly() {
			return run() + "!!";
		}

	}

	static class OverridesDefault implements WiderContract, Louder {

		@Override
		@RequiresCapability("a")
		public String run() {
			return ran();
		}

	}

	interface Loud {

		String loudly();

	}

	interface LoudContract extends Loud {

		@RequiresCapability("a")
		String run();

		@Override
		default String loudly() {
			return run() + "!";
		}

	}

	static class OverridesAbstract implements Loud, LoudContract {

		@Override
		public String run() {
			return ran();
		}

	}

	interface GenericContract<T> {

		String run(T value);

		default String loudly(T value) {
			return run(value) + "!";
		}

	}

	interface TextContract extends GenericContract<String> {

		@Override
		default String loudly(String value) {
			return run(value) + "!!";
		}

	}

	static class OverridesGeneric implements GenericContract<String>, TextContract {

		@Override
		@RequiresCapability("a")
		public String run(String value) {
			return ran();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesProxy {

		@Bean
		AnnotatedContract contract() {
			return (AnnotatedContract) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { AnnotatedContract.class },
					(proxy, method, arguments) -> method.isDefault()
							? MethodHandles.privateLookupIn(AnnotatedContract.class, MethodHandles.lookup())
								.unreflectSpecial(method, AnnotatedContract.class)
								.invoke(proxy)
							: ran());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesAdvisedProxy {

		@Bean
		AnnotatedContract contract() {
			ProxyFactory factory = new ProxyFactory(AnnotatedContract.class,
					(org.aopalliance.intercept.MethodInterceptor) (call) -> "[" + call.proceed() + "]");
			factory.setTarget(new CalledByItsOwn());
			return (AnnotatedContract) factory.getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrapsContract {

		@Bean
		AnnotatedContract contract() {
			return new CalledByItsOwn();
		}

		@Bean
		static BeanPostProcessor wraps() {
			return wrapping(AnnotatedContract.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrapsRuns {

		@Bean
		WiderContract contract() {
			return new OverridesDefault();
		}

		@Bean
		static BeanPostProcessor wraps() {
			return wrapping(WiderContract.class);
		}

	}

	static BeanPostProcessor wrapping(Class<?> type) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String name) {
				return type.isInstance(bean) ? Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
						(proxy, method, arguments) -> AopUtils.invokeJoinpointUsingReflection(bean, method,
								(arguments != null) ? arguments : new Object[0]))
						: bean;
			}

		};
	}

}
